using System.Buffers.Binary;
using Avro;
using Avro.Generic;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using Google.Protobuf;
using StreamPerceiver.Flow;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace StreamPerceiver.Kafka.Tests;

/// <summary>Records that Confluent's own serializers write, by the schemas that they register.</summary>
public sealed class ConfluentRegistryTests : IDisposable
{
    private const string First = """
        {"type":"record","name":"Reading","namespace":"machines","fields":[
            {"name":"acc","type":{"type":"record","name":"Axes","fields":[{"name":"x","type":"float"},{"name":"y","type":"double"}]}},
            {"name":"name","type":"string"},{"name":"temperature","type":["null","double"],"default":null}]}
        """;

    private const string Second = """
        {"type":"record","name":"Reading","namespace":"machines","fields":[
            {"name":"temperature","type":"int"},{"name":"state","type":{"type":"enum","name":"State","symbols":["IDLE","BUSY"]}},
            {"name":"acc","type":{"type":"record","name":"Axes","fields":[
                {"name":"y","type":"double"},{"name":"w","type":"long"},{"name":"x","type":"float"}]}}]}
        """;

    private readonly RegistryPipeline _pipeline = new(["acc.x", "acc.y", "temperature"]);

    public void Dispose() => _pipeline.Dispose();

    [Fact]
    public async Task A_reading_of_the_Avro_serializer_is_read_and_its_schema_may_change()
    {
        byte[] first = await WrittenAsync(First, ("name", "press-7"), ("temperature", 36.5), ("acc", new object[] { 1.5f, -2.5 }));
        byte[] second = await WrittenAsync(Second, ("temperature", -4), ("state", "BUSY"), ("acc", new object[] { 8.5, 3L, 7f }));

        _pipeline.Decode(first).Values.ShouldBe([1.5f, -2.5f, 36.5f]);
        _pipeline.Decode(second).Values.ShouldBe([7, 8.5f, -4]);
        _pipeline.Decode(first).Values.ShouldBe([1.5f, -2.5f, 36.5f]);
        _pipeline.Decode(await WrittenAsync(First, ("name", ""), ("temperature", null), ("acc", new object[] { 0f, 0.0 }))).Rejection!.Detail
            .ShouldBe("schema 1: channel temperature is null, expected a number; expected machines.Reading in Avro");
        _pipeline.Server.Requests.Count(r => r.StartsWith("GET /schemas/ids/", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task A_reading_of_the_Json_serializer_is_read()
    {
        using var registry = Client();
        byte[] value = await new JsonSerializer<JsonReading>(registry).SerializeAsync(new JsonReading(new Axes(1.5f, -2.5), 36), Context);

        _pipeline.Decode(value).Values.ShouldBe([1.5f, -2.5f, 36]);
    }

    [Fact]
    public void A_message_of_Protobuf_is_read_by_its_descriptor()
    {
        using var pipeline = new RegistryPipeline(["seconds", "nanos"]);
        int id = pipeline.Server.Register("s", Timestamp.Descriptor.File.SerializedData.ToBase64(), "PROTOBUF");

        pipeline.Decode([.. Prefix(id), 0, .. new Timestamp { Seconds = 5, Nanos = 7 }.ToByteArray()]).Values.ShouldBe([5, 7]);
        pipeline.Decode([.. Prefix(id), 2, 2, 0]).Rejection!.Detail.ShouldBe($"schema {id} has no message 1");
    }

    [Fact]
    public void Schemas_that_a_schema_refers_to_are_read_with_it()
    {
        using var pipeline = new RegistryPipeline(["a.inner.v", "b.v"]);
        pipeline.Server.Register("inner", """{"type":"record","name":"m.Inner","fields":[{"name":"v","type":"int"}]}""");
        pipeline.Server.Register(
            "middle", """{"type":"record","name":"m.Middle","fields":[{"name":"inner","type":"m.Inner"}]}""", "AVRO", ("m.Inner", "inner", 1));
        int id = pipeline.Server.Register(
            "outer", """{"type":"record","name":"m.Outer","fields":[{"name":"a","type":"m.Middle"},{"name":"b","type":"m.Inner"}]}""", "AVRO",
            ("m.Middle", "middle", 1), ("m.Inner", "inner", 1));

        pipeline.Decode([.. Prefix(id), 4, 7]).Values.ShouldBe([2, -4]);
    }

    [Fact]
    public void An_id_that_the_registry_does_not_have_is_a_dead_letter_and_is_asked_for_once()
    {
        for (int i = 0; i < 3; i++)
            _pipeline.Decode([.. Prefix(77), 1]).Rejection!.Reason.ShouldBe(RejectionReason.UnknownSchema);

        _pipeline.Server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(404)] // of a proxy: the registry's own has a code of its own
    [InlineData(429)]
    public async Task A_registry_that_gives_no_answer_is_waited_for(int status)
    {
        byte[] value = await WrittenAsync(First, ("name", ""), ("temperature", 1.0), ("acc", new object[] { 2f, 3.0 }));
        _pipeline.Server.Broken = status;
        Task<(float[]? Values, Rejection? Rejection)> decoded = Task.Run(() => _pipeline.Decode(value));
        (await _pipeline.Away.Task).ShouldNotBeNullOrEmpty();

        _pipeline.Server.Broken = null;

        (await decoded).Values.ShouldBe([2, 3, 1]);
    }

    [Fact]
    public async Task A_stop_ends_the_wait_for_a_registry_that_is_gone()
    {
        _pipeline.Server.Dispose();
        Task decoded = Task.Run(() => _pipeline.Decode([.. Prefix(1), 1]));
        (await _pipeline.Away.Task).ShouldContain("onnection refused");

        await _pipeline.StopAsync();

        await decoded.ShouldThrowAsync<StartAfreshException>();
    }

    [Fact]
    public async Task Credentials_are_used_and_those_that_are_refused_are_waited_with()
    {
        using var wrong = new RegistryPipeline(["x"], ("schema.registry.basic.auth.user.info", "worker:old"));
        using var right = new RegistryPipeline(["x"], ("schema.registry.basic.auth.user.info", "worker:secret"));
        wrong.Server.User = right.Server.User = "worker:secret";
        int id = right.Server.Register("s", """{"type":"record","name":"R","fields":[{"name":"x","type":"int"}]}""");

        right.Decode([.. Prefix(id), 4]).Values.ShouldBe([2]);
        Task waits = Task.Run(() => wrong.Decode([.. Prefix(1), 4]));
        string reason = await wrong.Away.Task;

        reason.ShouldContain("the user is not known");
        reason.ShouldNotContain("old");
        await wrong.StopAsync();
        await waits.ShouldThrowAsync<StartAfreshException>();
    }

    [Theory]
    [InlineData("schema.registry.url")]
    [InlineData("schema.registry.max.retries")]
    [InlineData("ssl.ca.location")]
    public void A_setting_that_is_the_workers_own_or_unknown_is_refused(string key)
        => RegistryOptions.Check(key)!.ShouldStartWith("is not a setting of the registry's client, expected one of schema.registry.basic.auth");

    private static SerializationContext Context => new(MessageComponentType.Value, RegistryPipeline.Topic);

    private static byte[] Prefix(int id)
    {
        byte[] prefix = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), id);
        return prefix;
    }

    private CachedSchemaRegistryClient Client() => new(new SchemaRegistryConfig { Url = _pipeline.Server.Url });

    private async Task<byte[]> WrittenAsync(string text, params (string Name, object? Value)[] fields)
    {
        using var registry = Client();
        var schema = (RecordSchema)Avro.Schema.Parse(text);
        return await new AvroSerializer<GenericRecord>(registry).SerializeAsync(Filled(schema, fields), Context);
    }

    private static GenericRecord Filled(RecordSchema schema, IEnumerable<(string Name, object? Value)> fields)
    {
        var record = new GenericRecord(schema);
        foreach ((string name, object? value) in fields)
        {
            Avro.Schema type = schema.Fields.Find(f => f.Name == name)!.Schema;
            record.Add(name, value switch
            {
                object[] values => Filled((RecordSchema)type, ((RecordSchema)type).Fields.Select((f, i) => (f.Name, (object?)values[i]))),
                string symbol when type is EnumSchema of => new GenericEnum(of, symbol),
                _ => value,
            });
        }

        return record;
    }
}

/// <summary>A reading as a program in C# has it.</summary>
public sealed record JsonReading(
    [property: Newtonsoft.Json.JsonProperty("acc")] Axes Acc, [property: Newtonsoft.Json.JsonProperty("temperature")] int Temperature);

/// <summary>Two of its numbers.</summary>
public sealed record Axes([property: Newtonsoft.Json.JsonProperty("x")] float X, [property: Newtonsoft.Json.JsonProperty("y")] double Y);

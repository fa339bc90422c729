using Avro;
using Avro.Generic;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka.Tests;

/// <summary>Event times in fields of records that Confluent's own serializer writes, by the schemas that it registers.</summary>
public sealed class RegistryEventTimeTests : IDisposable
{
    // The registry has no schema with the id of this value.
    private static readonly byte[] UnknownId = [0, 0, 0, 0, 77, 0];

    private readonly RegistryPipeline _pipeline = new(["acc"]);

    public void Dispose() => _pipeline.Dispose();

    [Fact]
    public async Task The_event_time_is_in_a_field_whose_type_and_place_may_change()
    {
        byte[] whole = await WrittenAsync(
            """{"type":"record","name":"R","fields":[{"name":"acc","type":"float"},{"name":"at","type":"long"}]}""", ("acc", 1f), ("at", 1_700_000_000_500));
        byte[] logical = await WrittenAsync(
            """{"type":"record","name":"R","fields":[{"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"acc","type":"float"}]}""",
            ("acc", 1f), ("at", new DateTime(2023, 11, 14, 22, 13, 20, DateTimeKind.Utc)));
        byte[] without = await WrittenAsync("""{"type":"record","name":"R","fields":[{"name":"acc","type":"float"}]}""", ("acc", 1f));

        _pipeline.FindTime(whole, "at").Time.ShouldBe(new EventTime(1_700_000_000_500_000_000));
        _pipeline.FindTime(logical, "at").Time.ShouldBe(new EventTime(1_700_000_000_000_000_000));
        _pipeline.FindTime(without, "at")
            .ShouldBe((null, RejectionReason.BadEventTime, "schema 3 has no at, expected a number, a text or a time in that field of R in Avro"));
        _pipeline.FindTime(UnknownId, "at").Reason.ShouldBe(RejectionReason.UnknownSchema);
    }

    [Fact]
    public async Task A_time_whose_schema_is_waited_for_is_found_when_the_registry_is_back()
    {
        byte[] value = await WrittenAsync("""{"type":"record","name":"R","fields":[{"name":"at","type":"long"}]}""", ("at", 1_700_000_000_500));
        _pipeline.Server.Broken = 503;
        Task<(EventTime? Time, RejectionReason, string)> waits = Task.Run(() => _pipeline.FindTime(value, "at"));
        await _pipeline.Away.Task;
        _pipeline.Server.Broken = null;
        (await waits).Time.ShouldBe(new EventTime(1_700_000_000_500_000_000));
    }

    [Fact]
    public async Task A_time_whose_schema_is_waited_for_is_given_up_at_the_end()
    {
        _pipeline.Server.Broken = 503;
        Task ended = Task.Run(() => _pipeline.FindTime(UnknownId, "at"));
        await _pipeline.Away.Task;
        await _pipeline.StopAsync();
        await Should.ThrowAsync<StartAfreshException>(ended);
    }

    private async Task<byte[]> WrittenAsync(string text, params (string Name, object Value)[] fields)
    {
        using var registry = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = _pipeline.Server.Url });
        var record = new GenericRecord((RecordSchema)Avro.Schema.Parse(text));
        foreach ((string name, object value) in fields) record.Add(name, value);
        return await new AvroSerializer<GenericRecord>(registry)
            .SerializeAsync(record, new SerializationContext(MessageComponentType.Value, RegistryPipeline.Topic));
    }
}

using System.Text;
using System.Text.Json.Nodes;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Category;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Set;
using StreamPerceiver.Modalities.Text;
using StreamPerceiver.Schemas;
using StreamPerceiver.TestKit;
using StreamPerceiver.Tests.Decode;

namespace StreamPerceiver.Tests.Ingest;

/// <summary>Event times in fields of payloads that have a schema, and of words, texts and sets in JSON. Kafka's timestamp is 2023-11-14T22:13:20Z.</summary>
public sealed class FieldTimesTests : IDisposable
{
    private const string Millis = """{"type":"long","logicalType":"timestamp-millis"}""";

    private static readonly EventTime Half = new(1_700_000_000_500_000_000);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("field-times-");

    public void Dispose() => _folder.Delete(recursive: true);

    // The payloads are the zigzag varints of 1700000000500, 1700000000500000 and 1700000000500000000, a double of 1700000000.5, and a text.
    [Theory]
    [InlineData(Millis, "e8a7abfef962", TimeFormat.Rfc3339)]
    [InlineData("""{"type":"long","logicalType":"timestamp-micros"}""", "c084af8283898506", TimeFormat.S)]
    [InlineData("\"long\"", "e8a7abfef962", TimeFormat.Ms)]
    [InlineData("\"long\"", "8094bbbfcabfce972f", TimeFormat.Ns)]
    [InlineData("\"double\"", "00002040fc54d941", TimeFormat.S)]
    [InlineData("""["null","long"]""", "02e8a7abfef962", TimeFormat.Ms)]
    [InlineData("\"string\"", "2c323032332d31312d31345432323a31333a32302e355a", TimeFormat.Rfc3339)]
    public void A_field_in_Avro_has_the_time_to_the_nanosecond(string type, string payload, TimeFormat format)
        => Read(Avro(type), "avro/binary", Convert.FromHexString("0000803f" + payload), format).ShouldBe((Half, RejectionReason.BadEventTime, ""));

    [Theory]
    [InlineData("\"long\"", "e8a7abfef962", TimeFormat.Rfc3339, "meta.at is 1700000000500, expected an RFC 3339 time")]
    [InlineData("\"string\"", "086e6f6f6e", TimeFormat.Rfc3339, "meta.at is 'noon', expected an RFC 3339 time")]
    [InlineData("\"double\"", "000000000000f07f", TimeFormat.S, "meta.at is a number out of range, expected seconds since 1970")]
    [InlineData("""["null","long"]""", "00", TimeFormat.Ms, "meta.at is missing, expected milliseconds since 1970")]
    [InlineData(Millis, "e8a7abfef96200", TimeFormat.Ms, "not a R in Avro: 1 bytes follow it")]
    [InlineData(Millis, "e8a7", TimeFormat.Ms, "not a R in Avro")]
    public void A_record_in_Avro_without_such_a_time_is_refused(string type, string payload, TimeFormat format, string problem)
    {
        var read = Read(Avro(type), "avro/binary", Convert.FromHexString("0000803f" + payload), format);

        (read.Time, read.Reason, read.Problem[..Math.Min(problem.Length, read.Problem.Length)]).ShouldBe((null, RejectionReason.BadEventTime, problem));
    }

    [Fact]
    public void A_time_in_Avro_may_be_long_ago()
        => Read(Avro("\"long\""), "avro/binary", Convert.FromHexString("0000803f02"), TimeFormat.S)
            .ShouldBe((Some.At(1000), RejectionReason.BadEventTime, ""));

    // Written by Python's protobuf, as in ProtobufTests: at is a Timestamp, x64 is 1 << 50, and the rest is left out.
    [Theory]
    [InlineData("at", "0a060880e2cfaa06", TimeFormat.Rfc3339, 1_700_000_000_000_000_000)]
    [InlineData("at.seconds", "0a060880e2cfaa06", TimeFormat.S, 1_700_000_000_000_000_000)]
    [InlineData("i64", "2880e2cfaa06", TimeFormat.S, 1_700_000_000_000_000_000)]
    [InlineData("at", "2880e2cfaa06", TimeFormat.Rfc3339, null, "at is missing, expected an RFC 3339 time")]
    [InlineData("i64", "0a060880e2cfaa06", TimeFormat.S, null, "i64 is missing, expected seconds since 1970")]
    [InlineData("i64", "28", TimeFormat.S, null, "not a machines.Reading in Protobuf")]
    public void A_field_in_Protobuf_has_the_time_or_is_refused_by_its_name(
        string field, string payload, TimeFormat format, long? nanoseconds, string problem = "")
    {
        InputSpec input = SchemaCase.InputOf(["d"], json => json["protobuf"] = new JsonObject
        {
            ["descriptors"] = "machines.desc",
            ["message"] = "machines.Reading",
        }, RepositoryRoot.Path("tests", "StreamPerceiver.Tests", "Decode", "Protobuf"));

        var read = Read(input, "application/protobuf", Convert.FromHexString(payload), format, field);

        (read.Time?.Nanoseconds, read.Problem.StartsWith(problem, StringComparison.Ordinal)).ShouldBe((nanoseconds, true), read.Problem);
    }

    [Theory]
    [InlineData("all types", "at", 1_700_000_000_123_000_000)]
    [InlineData("the second message", "at", 1_700_000_000_500_000_000)]
    [InlineData("the second message", "count", null)]
    [InlineData("first version", "at", null)]
    [InlineData("no such channel", "at", null)]
    public void A_field_is_found_by_the_schema_of_the_registry_or_is_refused_by_its_name(string name, string field, long? nanoseconds)
    {
        SchemaCase of = SchemaCase.All[name];

        var read = Read(of.Input, null, of.Wire, TimeFormat.Rfc3339, field, id => id == SchemaCase.Id ? of.Schema : null);

        (read.Time?.Nanoseconds, read.Reason).ShouldBe((nanoseconds, RejectionReason.BadEventTime), read.Problem);
        string problem = field == "count" ? "count is a number out of range, expected an RFC 3339 time" : "schema 16909060 has no at, expected a number";
        if (nanoseconds is null) read.Problem.ShouldStartWith(problem);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_field_of_the_registrys_Json_has_the_time_with_and_without_an_id(bool hasId)
    {
        byte[] json = Encoding.UTF8.GetBytes("""{"x":1,"meta":{"at":1700000000500}}""");

        Read(SchemaCase.InputOf("x"), "application/json", hasId ? [.. SchemaCase.Prefix(1), .. json] : json, TimeFormat.Ms, "meta.at",
            _ => new RegisteredSchema(SchemaKind.Json, "{}", [])).ShouldBe((Half, RejectionReason.BadEventTime, ""));
    }

    [Fact]
    public void An_id_that_the_registry_does_not_know_is_the_reason_and_an_ended_wait_rejects_nothing()
    {
        InputSpec input = SchemaCase.InputOf("x");

        Read(input, null, [.. SchemaCase.Prefix(5), 1], TimeFormat.Ms, "at", _ => null)
            .ShouldBe((null, RejectionReason.UnknownSchema, "the registry has no schema 5, expected that of the record"));
        Read(input, null, [1, 2], TimeFormat.Ms, "at", _ => null).Problem.ShouldStartWith("the value begins with 0102, expected 00, a schema's id");
        Should.Throw<StartAfreshException>(
            () => Read(input, null, [.. SchemaCase.Prefix(5), 1], TimeFormat.Ms, "at", _ => throw new StartAfreshException("the end")));
    }

    [Theory]
    [InlineData("word", """{"kind":"lathe","meta":{"at":1700000000500}}""")]
    [InlineData("word", """{"meta.at":"1700000000500"}""")]
    [InlineData("text", """{"meta":{"at":1700000000500,"x":1},"note":"stop"}""")]
    [InlineData("set", """{"start":7,"meta":{"at":1700000000500},"points":[]}""")]
    [InlineData("set", """[{"x":1,"meta":{"u":[1],"at":1700000000500}},{"meta":{"at":5}}]""")]
    public void A_field_of_a_word_a_text_or_a_set_in_Json_has_the_time(string kind, string payload)
        => Read(Input(kind), "application/json", Encoding.UTF8.GetBytes(payload), TimeFormat.Ms).ShouldBe((Half, RejectionReason.BadEventTime, ""));

    [Theory]
    [InlineData("word", "application/json", "\"lathe\"", "meta.at is missing, expected milliseconds since 1970")]
    [InlineData("word", "text/plain", "lathe", "content-type is 'text/plain', expected one with the field meta.at: application/json")]
    [InlineData("text", "application/json", """{"note":"stop","meta":{}}""", "meta.at is missing")]
    [InlineData("text", "application/json", """{"note":"stop","meta":{"at":true}}""", "meta.at is a JSON True")]
    [InlineData("text", "application/json", "{", "not JSON")]
    [InlineData("set", "application/json", "[]", "meta.at is missing")]
    [InlineData("set", "application/json", "[[1,2]]", "meta.at is missing")]
    [InlineData("set", "application/x-npy", "?", "content-type is 'application/x-npy', expected one with the field meta.at: application/json")]
    public void A_word_a_text_or_a_set_without_such_a_time_is_refused(string kind, string type, string payload, string problem)
        => Read(Input(kind), type, Encoding.UTF8.GetBytes(payload), TimeFormat.Ms).Problem.ShouldStartWith(problem);

    private static InputSpec Input(string kind) => kind switch
    {
        "word" => new CategorySpec("kind", "kinds", false, ["lathe"]) { Field = "kind" },
        "text" => new TextSpec("note", "notes", false, Length: 13) { Field = "note" },
        _ => new SetSpec("cloud", "clouds", false, ["x"], Slots: 4),
    };

    private SensorSpec Avro(string type)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "r.avsc"), $$$"""
            {"type":"record","name":"R","fields":[
                {"name":"x","type":"float"},{"name":"meta","type":{"type":"record","name":"M","fields":[{"name":"at","type":{{{type}}}}]}}]}
            """);
        return SchemaCase.InputOf(["x"], json => json["avro"] = new JsonObject { ["schema"] = "r.avsc" }, _folder.FullName);
    }

    private static (EventTime? Time, RejectionReason Reason, string Problem) Read(
        InputSpec input, string? type, byte[] payload, TimeFormat format, string field = "meta.at", Func<int, RegisteredSchema?>? schemas = null)
    {
        InputSpec timed = input with
        {
            TimeSource = new EventTimeSource(EventTimeKind.Field, field, format),
            DefaultContentType = input.UsesRegistry ? "application/vnd.confluent" : null,
        };
        bool isRead = new EventTimeReader([timed], 60 * EventTime.PerSecond, schemas)
            .TryRead(Payloads.Raw(timed, type, payload).Record, 0, out EventTime time, out _, out RejectionReason reason, out string problem);
        return (isRead ? time : null, reason, problem);
    }
}

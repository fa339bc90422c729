using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Schemas;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Readings in Confluent's wire format. Payloads and values are those of Python's own libraries.</summary>
public sealed class RegistryReadingTests
{
    private static readonly RegisteredSchema JsonSchema = new(SchemaKind.Json, "{}", []);

    public static TheoryData<string> Good => [.. SchemaCase.All.Values.Where(c => c.Values is not null).Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Good))]
    public void A_reading_is_read_by_the_schema_of_its_writer(string name)
    {
        SchemaCase of = SchemaCase.All[name];

        (float[]? values, Rejection? rejection) = SchemaCase.Decode(of.Input, of.Wire, Registry(of));

        rejection?.Detail.ShouldBeNull();
        values.ShouldBe(of.Values);
    }

    [Theory]
    [InlineData("a null channel", "schema 16909060: channel temperature is null, expected a number; expected machines.Reading in Avro")]
    [InlineData("a null record", "schema 16909060: channel gyro.z is null, expected a number; expected machines.Reading in Avro")]
    [InlineData("a text channel", "schema 16909060: channel count is a text, expected a number; expected machines.Reading in Avro")]
    [InlineData("without x", "schema 16909060 has no channel x, expected a number of m.R: y")]
    [InlineData("no such message", "schema 16909060 has no message 1.5")]
    [InlineData("no such channel", "schema 16909060 has no channel m, expected a number or bool of machines.Other: n")]
    public void A_reading_without_a_number_for_each_channel_is_rejected_with_its_schema(string name, string detail)
    {
        SchemaCase of = SchemaCase.All[name];

        SchemaCase.Decode(of.Input, of.Wire, Registry(of)).Rejection!.Detail.ShouldBe(detail);
    }

    [Fact]
    public void A_schema_may_change_from_record_to_record()
    {
        SchemaCase first = SchemaCase.All["first version"], second = SchemaCase.All["second version"], without = SchemaCase.All["without x"];
        SchemaCase[] versions = [first, second, without, first];
        int asked = 0;
        var decoder = new StreamPerceiver.Decode.Decoder([first.Input], "decode", schemas: id =>
        {
            asked++;
            return versions[id].Schema;
        });

        var verdicts = Enumerable.Range(0, 4).Append(0).Append(1).Select(
            id => decoder.DecodeOne(Payloads.Raw(first.Input, null, [.. SchemaCase.Prefix(id), .. versions[id].Payload]))).ToArray();

        verdicts.Select(v => (v.Value as SensorReading)?.Values).ShouldBe([first.Values, second.Values, null, first.Values, first.Values, second.Values]);
        verdicts[2].Rejection!.Holds(RejectionReason.WrongShape, "schema 2 has no channel x");
        asked.ShouldBe(4);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/octet-stream")]
    public void Json_behind_an_id_is_json(string? contentType)
        => SchemaCase.Decode(Axes, [.. SchemaCase.Prefix(7), .. """{"x":1,"y":-2.5}"""u8], _ => JsonSchema, contentType).Values.ShouldBe([1, -2.5f]);

    [Fact]
    public void Json_without_an_id_is_taken_where_the_record_says_so()
    {
        SchemaCase.Decode(Axes, """{"x":1,"y":-2.5}"""u8.ToArray(), _ => null, "application/json").Values.ShouldBe([1, -2.5f]);
        SchemaCase.Decode(Axes, """{"x":1,"y":-2.5}"""u8.ToArray(), _ => null).Rejection!
            .Holds(RejectionReason.Undecodable, "the value begins with 7B2278223A, expected 00, a schema's id of 4 bytes, and a reading");
    }

    [Fact]
    public void An_id_that_the_registry_does_not_have_is_a_rejection_of_its_own()
        => SchemaCase.Decode(Axes, [.. SchemaCase.Prefix(99), 1, 2], _ => null).Rejection!
            .Holds(RejectionReason.UnknownSchema, "the registry has no schema 99");

    [Theory]
    [InlineData("00")]
    [InlineData("0000000007")]
    [InlineData("01000000070203")]
    public void A_value_without_an_id_and_a_reading_is_rejected(string payload)
        => SchemaCase.Decode(Axes, Convert.FromHexString(payload), _ => JsonSchema).Rejection!.Holds(RejectionReason.Undecodable, "the value begins with");

    [Theory]
    [InlineData(SchemaKind.Avro, "{", "schema 7 cannot be read: not JSON")]
    [InlineData(SchemaKind.Avro, """{"type":"record","name":"R","fields":[{"name":"x","type":"Q"}]}""", "schema 7 cannot be read: type Q is not defined")]
    [InlineData(SchemaKind.Avro, "\"float\"", "schema 7 has no channel x, expected a number of float")]
    [InlineData(SchemaKind.Protobuf, "syntax = \"proto3\";", "schema 7 cannot be read: ")]
    [InlineData(SchemaKind.Protobuf, "CgFhGgFi", "schema 7 cannot be read: b is imported and not registered")]
    public void A_schema_that_cannot_be_used_is_the_reason_of_the_rejection(SchemaKind kind, string text, string detail)
        => SchemaCase.Decode(Axes, [.. SchemaCase.Prefix(7), 0, 1], _ => new RegisteredSchema(kind, text, [])).Rejection!
            .Holds(RejectionReason.WrongShape, detail);

    [Theory]
    [InlineData("8080808080808080808001", "malformed varint")] // longer than ten bytes
    [InlineData("01", "an index is -1")]
    [InlineData("0401", "an index is -1")]
    [InlineData("04", "ended unexpectedly")]
    public void Indexes_that_name_no_message_are_rejected(string payload, string found)
        => SchemaCase.Decode(Axes, [.. SchemaCase.Prefix(7), .. Convert.FromHexString(payload)], _ => SchemaCase.All["behind a map"].Schema).Rejection!
            .Detail.ShouldContain(found);

    [Fact]
    public void A_registry_beside_a_schema_in_a_file_is_refused()
        => SchemaCase.InputOf(["x"], json => (json["registry"], json["avro"]) = (true, new System.Text.Json.Nodes.JsonObject { ["schema"] = "r.avsc" }))
            .Problems(EventTime.PerSecond).ShouldContain("avro is there, expected none: with registry the schema comes from there");

    private static SensorSpec Axes => SchemaCase.InputOf("x", "y");

    private static Func<int, RegisteredSchema?> Registry(SchemaCase of) => id => id == SchemaCase.Id ? of.Schema : null;
}

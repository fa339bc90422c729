using System.Text.Json.Nodes;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Sensor;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Readings in Avro, whose schema is in a file. Payloads in hexadecimal are written by hand, byte by byte.</summary>
public sealed class AvroTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("avro/binary")]
    [InlineData("Application/Avro")]
    [InlineData("application/vnd.apache.avro; charset=none")]
    public void A_reading_is_read_by_the_schema_in_the_file(string contentType)
    {
        SchemaCase of = SchemaCase.All["all types"];
        SensorSpec input = Input(of.Schema.Text, of.Channels);

        input.Problems(EventTime.PerSecond).ShouldBeEmpty();
        SchemaCase.Decode(input, of.Payload, null, contentType).Values.ShouldBe(of.Values);
    }

    [Fact]
    public void Every_channel_that_is_no_number_is_named_with_those_that_are()
        => Input(SchemaCase.All["all types"].Schema.Text, ["state", "acc", "acc.w", "acc.x.y", "raw", "far"]).Problems(EventTime.PerSecond)
            .Select(problem => problem[..Math.Min(problem.Length, 104)]).ShouldBe(
            [
                .. new[] { "[0] is \"state\"", "[1] is \"acc\"", "[2] is \"acc.w\"", "[3] is \"acc.x.y\"", "[4] is \"raw\"" }.Select(found =>
                    $"channels{found}, expected a number of machines.Reading: acc.x, acc.y, acc.z, at, count, far, gyro.x, gyro.y"[..104]),
            ]);

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("7", "7 is no type")]
    [InlineData("text", "type text is not defined")]
    [InlineData("""{"type":"record","name":"R"}""", "has no fields")]
    [InlineData("""{"type":"record","fields":[]}""", "has no name")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"x"}]}""", "has no type")]
    [InlineData("""{"type":"fixed","name":"F","size":-1}""", "size is -1, expected 0 to 2147483647")]
    [InlineData("""["null",["int","null"]]""", "a union has a union in it")]
    [InlineData("""["null",{"type":"enum","name":"E","symbols":[]},{"type":"fixed","name":"E","size":1}]""", "type E is defined twice")]
    [InlineData("""{"type":"array"}""", "has no items")]
    public void A_file_that_is_no_schema_is_named_with_what_is_wrong(string schema, string found)
    {
        string problem = Input(schema, ["x"]).Problems(EventTime.PerSecond).ShouldHaveSingleItem();

        problem.ShouldStartWith("avro.schema is \"reading.avsc\", expected a file with a schema of Avro: ");
        problem.ShouldContain(found);
    }

    [Fact]
    public void A_missing_file_is_named()
        => SchemaCase.InputOf(["x"], json => json["avro"] = new JsonObject { ["schema"] = "none.avsc" }, _folder.FullName)
            .Problems(EventTime.PerSecond).ShouldHaveSingleItem()
            .ShouldStartWith("avro.schema is \"none.avsc\", expected a file with a schema of Avro: Could not");

    [Theory]
    [InlineData(""" "boolean" """, "01", 1)]
    [InlineData(""" "int" """, "01", -1)]
    [InlineData(""" "int" """, "ffffffff0f", int.MinValue)]
    [InlineData(""" "long" """, "feffffffffffffffff01", long.MaxValue)]
    [InlineData(""" {"type":"long","logicalType":"timestamp-micros"} """, "80897a", 1_000_000)]
    [InlineData(""" {"type":"int","logicalType":"date"} """, "8001", 64)]
    [InlineData(""" {"type":"bytes","logicalType":"decimal","precision":4,"scale":2} """, "04fe0c", -5)]
    [InlineData(""" {"type":"fixed","name":"D","size":1,"logicalType":"decimal","precision":2} """, "80", -128)]
    [InlineData(""" ["null","float"] """, "0200002041", 10)]
    [InlineData(""" ["string",{"type":"record","name":"I","fields":[]},"int"] """, "0406", 3)]
    [InlineData(""" {"type":{"type":"double"}} """, "000000000000f8bf", -1.5)]
    public void A_number_of_any_type_is_a_channel(string type, string payload, double value)
        => Decode(type, payload).Values.ShouldBe([(float)value]);

    [Theory]
    [InlineData("02", "ends after 1 bytes")]
    [InlineData("020000", "ends after 3 bytes")]
    [InlineData("0200002041ff", "1 bytes follow it")]
    [InlineData("04", "a union has an index outside 0 to 1")]
    [InlineData("01", "a union has an index outside 0 to 1")]
    [InlineData("ffffffffffffffffff02", "a whole number has more than 64 bits")]
    [InlineData("ffffffffffffffffffffff01", "a whole number has more than 64 bits")]
    public void What_is_no_such_reading_is_rejected(string payload, string found)
        => Decode(""" ["null","float"] """, payload).Rejection!.Holds(RejectionReason.Undecodable, "not a R in Avro", found);

    [Theory]
    [InlineData(""" "boolean" """, "02", "a boolean is neither 0 nor 1")]
    [InlineData(""" "int" """, "feffffff1f", "an int has more than 32 bits")]
    [InlineData(""" "string" """, "01", "a length is -1")]
    [InlineData(""" "string" """, "feffffffffffffffff01", "ends after 10 bytes")]
    [InlineData(""" {"type":"bytes","logicalType":"decimal","precision":4} """, "00", "a decimal has 0 bytes, expected 1 to 64")]
    public void A_field_that_its_type_does_not_allow_is_rejected(string type, string payload, string found)
        => Decode(type, payload).Rejection!.Holds(RejectionReason.Undecodable, found);

    [Theory]
    [InlineData(""" {"type":"array","items":"null"} """, "feffffffffffffffff01", "values or more in 10 bytes")]
    [InlineData(""" {"type":"map","values":"null"} """, "0400", "ends after 2 bytes")]
    [InlineData(""" {"type":"array","items":{"type":"array","items":"Z"}} """, "", "type Z")]
    public void A_list_without_an_end_ends_with_the_payload(string type, string payload, string found)
    {
        string schema = $$"""{"type":"record","name":"R","fields":[{"name":"list","type":{{type}}},{"name":"x","type":"int"}]}""";
        if (payload.Length == 0) Input(schema, ["x"]).Problems(EventTime.PerSecond).ShouldHaveSingleItem().ShouldContain(found);
        else SchemaCase.Decode(Input(schema, ["x"]), Convert.FromHexString(payload), null, "avro/binary").Rejection!.Detail.ShouldContain(found);
    }

    [Fact]
    public void A_record_may_be_within_itself_to_a_limit()
    {
        const string Schema = """{"type":"record","name":"R","fields":[{"name":"next","type":["null","R"]},{"name":"x","type":"int"}]}""";
        SensorSpec input = Input(Schema, ["x"]);

        SchemaCase.Decode(input, Nested(20), null, "avro/binary").Values.ShouldBe([5]);
        SchemaCase.Decode(input, Nested(40), null, "avro/binary").Rejection!.Holds(RejectionReason.TooLarge, "65 levels, expected at most 64");

        static byte[] Nested(int depth) => [.. Enumerable.Repeat((byte)2, depth), 0, .. Enumerable.Repeat((byte)8, depth), 10];
    }

    [Fact]
    public void Blocks_of_a_list_may_state_their_bytes()
    {
        const string List = """{"type":"array","items":"int"}""";
        SensorSpec input = Input($$"""{"type":"record","name":"R","fields":[{"name":"l","type":{{List}}},{"name":"x","type":"int"}]}""", ["x"]);

        SchemaCase.Decode(input, Convert.FromHexString("0304020402020206" + "00" + "08"), null, "avro/binary").Values.ShouldBe([4]);
    }

    [Fact]
    public void A_number_beyond_float32_is_rejected_by_its_channel()
        => Decode(""" "double" """, "9c7500883ce4377e").Rejection!.Holds(RejectionReason.WrongShape, "channel x is 1E+300, expected a finite float32");

    private (float[]? Values, Rejection? Rejection) Decode(string type, string payload)
    {
        SensorSpec input = Input($$"""{"type":"record","name":"R","fields":[{"name":"x","type":{{type}}}]}""", ["x"]);
        return SchemaCase.Decode(input, Convert.FromHexString(payload), null, "avro/binary");
    }

    private SensorSpec Input(string schema, string[] channels)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "reading.avsc"), schema);
        return SchemaCase.InputOf(channels, json => json["avro"] = new JsonObject { ["schema"] = "reading.avsc" }, _folder.FullName);
    }
}

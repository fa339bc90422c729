using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Set;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>JSON as other programs write it: with a mark, in other encodings, with nested objects, with numbers in texts, with what is no number.</summary>
public sealed class JsonAsItComesTests
{
    private const string Json = "application/json";

    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    private static readonly SensorSpec Nested = Imu with { Channels = ["imu.acc.x", "imu.acc.y", "z"] };

    private static readonly SensorSpec Texts = Imu with { NumbersAsText = true };

    [Fact]
    public void A_byte_order_mark_before_the_JSON_is_no_part_of_it()
    {
        Value<SensorReading>(Imu, Json, [.. Mark, .. "[1,2,3]"u8]).Values.ShouldBe([1f, 2f, 3f]);
        Value<SetReading>(Cloud, Json, [.. Mark, .. "[[1,2,3]]"u8]).Elements.ShouldBe([1f, 2f, 3f]);
        Rejected(Imu, Json, [.. Mark, .. Mark, .. "[1,2,3]"u8]).Holds(RejectionReason.Undecodable, "not JSON");

        List<MediaSample> samples = [];
        new StreamPerceiver.Decode.Decoder([Imu], "decode").Decode(Raw(Imu, "application/x-ndjson", [.. Mark, .. "[1,2,3]\n[4,5,6]\n"u8]), samples)
            .ShouldBeNull();
        samples.Cast<SensorReading>().Select(s => s.Values[0]).ShouldBe([1f, 4f]);
    }

    public static TheoryData<Encoding, bool, string> OtherEncodings => new()
    {
        { new UnicodeEncoding(bigEndian: false, byteOrderMark: true), true, "UTF-16" },
        { new UnicodeEncoding(bigEndian: true, byteOrderMark: true), true, "UTF-16" },
        { new UnicodeEncoding(bigEndian: false, byteOrderMark: false), false, "UTF-16" },
        { new UnicodeEncoding(bigEndian: true, byteOrderMark: false), false, "UTF-16" },
        { new UTF32Encoding(bigEndian: false, byteOrderMark: true), true, "UTF-32" },
        { new UTF32Encoding(bigEndian: true, byteOrderMark: true), true, "UTF-32" },
        { new UTF32Encoding(bigEndian: false, byteOrderMark: false), false, "UTF-32" },
        { new UTF32Encoding(bigEndian: true, byteOrderMark: false), false, "UTF-32" },
    };

    [Theory]
    [MemberData(nameof(OtherEncodings))]
    public void Another_encoding_of_Unicode_is_refused_by_name(Encoding encoding, bool mark, string name)
    {
        foreach (string type in new[] { Json, "application/x-ndjson", "application/json; charset=utf-16" })
            Rejected(Imu, type, Encoded("""{"x":1,"y":2,"z":3}""")).Holds(RejectionReason.Undecodable, $"it is {name}, expected UTF-8");
        Rejected(Cloud, Json, Encoded("[[1,2,3]]")).Holds(RejectionReason.Undecodable, $"it is {name}, expected UTF-8");
        Rejected(Note, "text/plain", Encoded("stop")).Holds(RejectionReason.Undecodable, $"begin as {name} does");

        byte[] Encoded(string text) => [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes(text)];
    }

    [Theory]
    [InlineData("[1,2,NaN]", "NaN in line 1, expected a finite number")]
    [InlineData("[1,2,nan]", "NaN in line 1")]
    [InlineData("[1,2,-NaN]", "-NaN in line 1")]
    [InlineData("[1,\n  2,\n  Infinity]", "Infinity in line 3")]
    [InlineData("[1,2,-Infinity]", "-Infinity in line 1")]
    [InlineData("[1,2,inf]", "Infinity in line 1")]
    [InlineData("""{"x":1,"other":{"deep":[NaN]},"y":2,"z":3}""", "NaN in line 1")]
    public void What_is_no_number_is_refused_by_name(string json, string named)
    {
        Rejected(Imu, Json, Encoding.UTF8.GetBytes(json)).Holds(RejectionReason.Undecodable, $"not JSON: {named}");
        Rejected(Texts, Json, [.. Mark, .. Encoding.UTF8.GetBytes(json)]).Holds(RejectionReason.Undecodable, $"not JSON: {named}");
        if (json[0] == '[') Rejected(Cloud, Json, Encoding.UTF8.GetBytes($"[{json}]")).Holds(RejectionReason.Undecodable, $"not JSON: {named}");
    }

    [Theory]
    [InlineData("""{"imu":{"acc":{"x":1,"y":2}},"z":3}""")]
    [InlineData("""{"z":3,"imu":{"gyro":{"x":9},"acc":{"y":2,"z":9,"x":1},"z":9},"acc":{"x":9}}""")]
    [InlineData("""{"imu.acc.x":1,"imu.acc.y":2,"z":3}""")]
    [InlineData("""{"imu.acc":{"x":1},"imu":{"acc.y":2},"z":3}""")]
    [InlineData("""{"i\u006du":{"acc":{"\u0078":1,"y":2}},"z":3}""")]
    [InlineData("""{"imu":5,"imu":{"acc":{"x":1,"y":2}},"z":3}""")]
    [InlineData("[1,2,3]")]
    public void A_channel_with_dots_is_the_member_of_that_name_or_a_member_of_nested_objects(string json)
        => Value<SensorReading>(Nested, Json, Encoding.UTF8.GetBytes(json)).Values.ShouldBe([1f, 2f, 3f]);

    [Theory]
    [InlineData("""{"imu":{"acc":{"x":1}},"z":3}""", "channel imu.acc.y is missing")]
    [InlineData("""{"imu":{"acc":[1,2]},"z":3}""", "channel imu.acc.x is missing")]
    [InlineData("""{"imu":{"acc":{"x":1,"y":2}},"imu.acc.y":2,"z":3}""", "channel imu.acc.y occurs twice")]
    [InlineData("""{"imu":{"acc":{"x":{},"y":2}},"z":3}""", "channel imu.acc.x is a JSON StartObject")]
    [InlineData("""{"imu":{"acc":{"x":null,"y":2}},"z":3}""", "channel imu.acc.x is a JSON Null")]
    public void A_channel_with_dots_is_missing_or_wrong_under_its_whole_name(string json, string found)
        => Rejected(Nested, Json, Encoding.UTF8.GetBytes(json)).Holds(RejectionReason.WrongShape, found, "expected numbers for imu.acc.x, imu.acc.y, z");

    [Theory]
    [InlineData("""{"x":"1","y":" -2.5e0 ","z":300}""")]
    [InlineData("""["1.0","-2.5","3E+2"]""")]
    [InlineData("""["\u0031","-2.5","+300"]""")]
    public void Numbers_may_be_texts_where_the_input_says_so(string json)
    {
        Value<SensorReading>(Texts, Json, Encoding.UTF8.GetBytes(json)).Values.ShouldBe([1f, -2.5f, 300f]);
        if (json[0] != '[') return;
        Value<SetReading>(Cloud with { NumbersAsText = true }, Json, Encoding.UTF8.GetBytes($"[{json}]")).Elements.ShouldBe([1f, -2.5f, 300f]);
        Rejected(Cloud, Json, Encoding.UTF8.GetBytes($"[{json}]")).Holds(RejectionReason.WrongShape, "which is a number only with numbersAsText");
    }

    [Theory]
    [InlineData("1,5", "is a JSON String, \"1,5\"")]
    [InlineData("1 000", "is a JSON String, \"1 000\"")]
    [InlineData("0x10", "is a JSON String, \"0x10\"")]
    [InlineData("", "is a JSON String, \"\"")]
    [InlineData("NaN", "is a JSON String, \"NaN\"")]
    [InlineData("-Infinity", "is a JSON String, \"-Infinity\"")]
    [InlineData("1e400", "is a JSON String, \"1e400\"")]
    [InlineData("1e39", "is 1E+39, expected a finite float32")]
    public void A_text_that_is_no_finite_number_is_refused_with_the_text(string text, string found)
        => Rejected(Texts, Json, Encoding.UTF8.GetBytes($$"""{"x":1,"y":"{{text}}","z":3}""")).Holds(RejectionReason.WrongShape, $"channel y {found}");
}

using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

public sealed class SensorTests
{
    [Theory]
    [InlineData("""{"x":1,"y":-2.5,"z":3e2}""")]
    [InlineData("""{"z":300,"x":1,"y":-2.5}""")]
    [InlineData("""{ "x" : 1, "extra": {"x": [7, {"y": 8}]}, "y":-2.5, "name": "x", "none": null, "z":300.0 }""")]
    [InlineData("""{"\u0078":1,"y":-2.5,"z":300}""")]
    [InlineData("[1,-2.5,300]")]
    [InlineData(" [ 1 , -2.5 , 300 ] \n")]
    public void A_reading_is_an_object_or_an_array_of_numbers(string json)
    {
        SensorReading reading = Value<SensorReading>(Imu, "application/json", Encoding.UTF8.GetBytes(json));

        reading.Values.ShouldBe([1f, -2.5f, 300f]);
        reading.DurationNs.ShouldBe(1);
    }

    [Fact]
    public void The_content_type_may_name_a_charset()
        => Value<SensorReading>(Imu, "Application/JSON; charset=utf-8", "[1,2,3]"u8.ToArray()).Values.ShouldBe([1f, 2f, 3f]);

    [Theory]
    [InlineData("""{"x":1,"z":3}""", "channel y is missing")]
    [InlineData("{}", "channel x is missing")]
    [InlineData("[1,2]", "channel z is missing")]
    [InlineData("[]", "channel x is missing")]
    [InlineData("[1,2,3,4]", "more than 3 values")]
    [InlineData("""{"x":1,"y":"2","z":3}""", "channel y is a JSON String")]
    [InlineData("""{"x":1,"y":null,"z":3}""", "channel y is a JSON Null")]
    [InlineData("[1,2,true]", "channel z is a JSON True")]
    [InlineData("""{"x":{"x":1},"y":2,"z":3}""", "channel x is a JSON StartObject")]
    [InlineData("[1,2,1e39]", "channel z is 1E+39, expected a finite float32")]
    [InlineData("[1,-1e400,3]", "channel y is -Infinity, expected a finite float32")]
    [InlineData("7", "the reading is a JSON Number")]
    [InlineData("null", "the reading is a JSON Null")]
    public void A_reading_that_does_not_fit_is_rejected_with_the_channel_and_what_was_found(string json, string found)
        => Rejected(Imu, "application/json", Encoding.UTF8.GetBytes(json)).Holds(RejectionReason.WrongShape, found, "expected numbers for x, y, z");

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("x=1,y=2,z=3")]
    [InlineData("[1,2,3")]
    [InlineData("[1,2,3]]")]
    [InlineData("[1,2,3] [4]")]
    [InlineData("""{"x":1,"y":2,"z":3""")]
    [InlineData("[1,2,NaN]")]
    [InlineData("[1,2,3,]")]
    [InlineData("[1,2,3] // comment")]
    [InlineData("""{"x":01,"y":2,"z":3}""")]
    public void What_is_not_json_is_rejected(string text)
    {
        // One blank makes sure that there is a payload.
        Rejection rejection = Rejected(Imu, "application/json", Encoding.UTF8.GetBytes(" " + text));

        rejection.Holds(RejectionReason.Undecodable, "not JSON");
    }

    [Theory]
    [InlineData("""{"\ud800":0,"x":1,"y":2,"z":3}""")]
    [InlineData("""{"\udc00a":0,"x":1,"y":2,"z":3}""")]
    public void A_name_that_is_half_a_character_is_no_channel_and_no_bug(string json)
    {
        (MediaSample? Value, Rejection? Rejection) verdict = Judge(Imu, "application/json", Encoding.UTF8.GetBytes(json));

        if (verdict.Value is SensorReading reading) reading.Values.ShouldBe([1f, 2f, 3f]);
        else verdict.Rejection!.Holds(RejectionReason.Undecodable);
    }

    [Theory]
    [InlineData("text/plain", "'text/plain'")]
    [InlineData(null, "''")]
    public void Another_content_type_is_rejected_with_the_one_that_is_known(string? contentType, string found)
        => Rejected(Imu, contentType, "[1,2,3]"u8.ToArray()).Holds(RejectionReason.UnknownContentType, found, "expected application/json");
}

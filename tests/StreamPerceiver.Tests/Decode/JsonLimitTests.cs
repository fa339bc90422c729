using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Sensor;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>What a producer can make large within a payload. Each has a limit, and the reason has the number.</summary>
public sealed class JsonLimitTests
{
    [Fact]
    public void A_reading_has_a_most_of_levels()
    {
        Judge(Imu, "application/json", Nested(63)).Rejection.ShouldBeNull();
        Rejected(Imu, "application/json", Nested(64)).Holds(RejectionReason.TooLarge, "the JSON has 65 levels, expected at most 64");
        Rejected(Imu, "application/x-ndjson", Nested(10_000)).Holds(RejectionReason.TooLarge, "line 1: the JSON has 65 levels, expected at most 64");
        Rejected(Cloud, "application/json", Encoding.UTF8.GetBytes(new string('[', 10_000)))
            .Holds(RejectionReason.WrongShape, "channel x is a JSON StartArray");

        static byte[] Nested(int levels)
            => Encoding.UTF8.GetBytes($$"""{"x":1,"y":2,"z":3,"extra":{{new string('[', levels)}}{{new string(']', levels)}}}""");
    }

    [Fact]
    public void A_reading_has_a_most_of_values_used_or_not()
    {
        string many = string.Join(',', Enumerable.Range(0, 65_536).Select(i => $"\"m{i}\":{i}"));

        Rejected(Imu, "application/json", Encoding.UTF8.GetBytes($$"""{"x":1,"y":2,"z":3,{{many}}}"""))
            .Holds(RejectionReason.TooLarge, "the JSON has 65537 values or more, expected at most 65536");
    }

    [Fact]
    public void A_name_of_any_length_is_no_channel_and_no_harm()
    {
        string name = new('x', 1_000_000);

        Value<SensorReading>(Imu, "application/json", Encoding.UTF8.GetBytes($$"""{"{{name}}":0,"x":1,"y":2,"z":3}""")).Values.ShouldBe([1f, 2f, 3f]);
        Value<SensorReading>(Imu, "application/json", Encoding.UTF8.GetBytes($$"""{"x":1,"y":2.{{new string('0', 1_000_000)}},"z":3}"""))
            .Values.ShouldBe([1f, 2f, 3f]);
    }

    [Fact]
    public void A_number_in_a_text_and_a_time_have_a_most_of_bytes()
    {
        string text = new('1', 129), time = new('2', 65);

        Rejected(Imu with { NumbersAsText = true }, "application/json", Encoding.UTF8.GetBytes($$"""{"x":"{{text}}","y":2,"z":3}"""))
            .Holds(RejectionReason.WrongShape, "channel x is a JSON String of 129 bytes, expected a number of at most 128");
        Rejected(Imu, "application/x-ndjson", Encoding.UTF8.GetBytes($$"""{"x":1,"y":2,"z":3,"time":"{{time}}"}"""))
            .Holds(RejectionReason.BadEventTime, "line 1: time is a text of 65 bytes, expected an RFC 3339 time");
    }
}

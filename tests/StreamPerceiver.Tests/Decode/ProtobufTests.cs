using System.Text.Json.Nodes;
using FsCheck.Fluent;
using Google.Protobuf;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.TestKit;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Readings in Protobuf. Payloads in hexadecimal were written by Python's protobuf 4.21.12 with the messages of <c>Protobuf/</c>.</summary>
public sealed class ProtobufTests
{
    private const string Type = "application/protobuf";

    // Fields of every type; a time, a text, an array, a map, an enum and a message are there as well.
    private static readonly byte[] Full = Convert.FromHexString(
        "0a060880e2cfaa0611fa7e6abc749358bf1d0000803e20f9ffffffffffffffff01288080808080e0ffffff013080d0acf30e388080808080808080800140ff880f48ffffffff"
        + "ff015501286bee59000000000000040065fbffffff690000000000f0ffff70017a077072657373203782010c0000803f00000040000040408801019201080a01781500000040"
        + "9d0100000841ad0100004040b201050d0000c03ffdffffff0f00009a42");

    private static readonly SensorSpec Numbers = Sensor(
        "machines.Reading", "on", "d", "f", "i32", "i64", "u32", "u64", "s32", "s64", "x32", "x64", "sx32", "sx64", "maybe", "far");

    private static readonly SensorSpec Axes = Sensor("machines.Reading.Axes", "z", "x", "y");

    private static readonly SensorSpec Old = Sensor("machines.Old", "x", "y", "on");

    [Fact]
    public void Every_type_of_number_is_read_by_the_name_of_its_field_and_the_rest_is_passed_over()
        => Values(Numbers, Full).ShouldBe(
        [
            1, -1.5e-3f, 0.25f, -7, -(1L << 40), 4_000_000_000, 1UL << 63, -123456, -(1L << 35), 4_000_000_001, 1L << 50, -5, -(1L << 44), 8.5f, 77,
        ]);

    [Fact]
    public void A_channel_with_dots_is_a_field_of_a_message_within_the_message()
    {
        SensorSpec nested = Sensor("machines.Reading", "axes.x", "d", "at.seconds", "axes.y");

        Values(nested, Full).ShouldBe([1.5f, -1.5e-3f, 1_700_000_000, 0]);
        Values(nested, Convert.FromHexString("b201050d0000c03fb2010515000000c0")).ShouldBe([1.5f, 0, 0, -2]); // two parts of one message
        Rejected(nested, Type, Convert.FromHexString("b201090d0000c03f")).Holds(RejectionReason.Undecodable, "ended unexpectedly");
    }

    [Fact]
    public void A_message_has_a_most_of_fields()
        => Rejected(Axes, Type, [.. Enumerable.Repeat(Convert.FromHexString("0d0000c03f"), 65_537).SelectMany(field => field)])
            .Holds(RejectionReason.TooLarge, "65537 fields or more in it, expected at most 65536");

    [Theory]
    [InlineData("application/protobuf")]
    [InlineData("application/x-protobuf")]
    [InlineData("Application/Vnd.Google.Protobuf; messageType=machines.Reading.Axes")]
    public void Protobuf_has_several_names_and_channels_an_order_of_their_own(string contentType)
        => Value<SensorReading>(Axes, contentType, Convert.FromHexString("0d0000c03f15000000c01dcdcccc3d")).Values.ShouldBe([0.1f, 1.5f, -2]);

    [Fact]
    public void A_field_that_is_not_there_is_zero_in_proto3() => Values(Axes, Convert.FromHexString("0d0000c03f1dcdcccc3d")).ShouldBe([0.1f, 1.5f, 0]);

    [Fact]
    public void A_field_that_is_not_there_has_its_declared_default_in_proto2()
    {
        Values(Old, Convert.FromHexString("0d00008040")).ShouldBe([4, 2.5f, 1]);
        Values(Old, Convert.FromHexString("0d0000804011000000000000f03f1800")).ShouldBe([4, 1, 0]);
    }

    [Fact]
    public void A_required_field_that_is_not_there_is_a_rejection_by_its_name()
        => Rejected(Old, Type, Convert.FromHexString("1800")).Holds(RejectionReason.WrongShape, "channel x is missing", "machines.Old");

    [Fact]
    public void The_last_of_a_field_that_is_there_twice_counts()
        => Values(Axes, Written(output => WriteFloat(output, 1, 5), output => WriteFloat(output, 2, 6), output => WriteFloat(output, 1, 7)))
            .ShouldBe([0, 7, 6]);

    [Fact]
    public void A_field_of_another_wire_type_is_unknown_and_passed_over()
        => Values(Axes, Written(output => output.WriteTag(1, WireFormat.WireType.Varint), output => output.WriteInt32(5), output => WriteFloat(output, 2, 6)))
            .ShouldBe([0, 0, 6]);

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void A_number_that_is_not_finite_is_rejected_by_its_channel(float value, string shown)
        => Rejected(Axes, Type, Written(output => WriteFloat(output, 3, value))).Holds(RejectionReason.WrongShape, $"channel z is {shown}", "finite float32");

    [Fact]
    public void A_number_too_large_for_float32_is_rejected_by_its_channel()
        => Rejected(Numbers, Type, Written(output => output.WriteTag(2, WireFormat.WireType.Fixed64), output => output.WriteDouble(1e39)))
            .Holds(RejectionReason.WrongShape, "channel d is 1E+39", "finite float32");

    [Fact]
    public void A_message_that_is_cut_off_within_a_field_is_rejected()
    {
        byte[] axes = Convert.FromHexString("0d0000c03f15000000c01dcdcccc3d");

        foreach (int length in Enumerable.Range(1, axes.Length).Where(length => length % 5 != 0))
            Rejected(Axes, Type, axes[..length]).Holds(RejectionReason.Undecodable, "not a machines.Reading.Axes in Protobuf");
    }

    [Theory]
    [InlineData("0d0000804011000000000000f03f1800230d0000404024", "a group")]
    [InlineData("24", "a group")]
    [InlineData("000000000a0d00008040", "invalid tag")]
    [InlineData("3affffffff070d00008040", "ended unexpectedly")]
    [InlineData("3affffffffffffffffff01", "negative size")]
    [InlineData("18ffffffffffffffffffffff01", "malformed varint")]
    public void What_is_no_such_message_is_rejected(string payload, string found)
        => Rejected(Old, Type, Convert.FromHexString(payload)).Holds(RejectionReason.Undecodable, found, "machines.Old");

    [Fact]
    public void Without_the_option_Protobuf_is_an_unknown_type()
        => Rejected(Imu, Type, Full).Holds(RejectionReason.UnknownContentType, "'application/protobuf'", "application/json");

    [Fact]
    public void A_damaged_message_is_a_reading_or_a_rejection_with_a_detail() => Prop.ForAll(
        DecoderTests.Damaged(Full).ToArbitrary(),
        payload =>
        {
            (MediaSample? Value, Rejection? Rejection) verdict = Judge(Numbers, Type, payload);
            return verdict.Value is SensorReading { Values.Length: 15 } reading
                ? reading.Values.All(float.IsFinite)
                : verdict.Rejection is { Detail.Length: > 10 };
        }).Holds(cases: 2000);

    private static float[] Values(SensorSpec input, byte[] payload) => Value<SensorReading>(input, Type, payload).Values;

    private static void WriteFloat(CodedOutputStream output, int field, float value)
    {
        output.WriteTag(field, WireFormat.WireType.Fixed32);
        output.WriteFloat(value);
    }

    private static byte[] Written(params Action<CodedOutputStream>[] writes)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
            foreach (Action<CodedOutputStream> write in writes) write(output);
        return stream.ToArray();
    }

    private static SensorSpec Sensor(string message, params string[] channels)
    {
        var section = new JsonObject
        {
            ["topic"] = "readings",
            ["rateHz"] = 100,
            ["channels"] = new JsonArray([.. channels.Select(c => (JsonNode)c)]),
            ["protobuf"] = new JsonObject { ["descriptors"] = "machines.desc", ["message"] = message },
        };
        var spec = (SensorSpec)SensorSpec.Read(new InputSection("imu", JsonNode.Parse(section.ToJsonString())!.AsObject(), EventTime.PerSecond, Folder));
        spec.Problems(EventTime.PerSecond).ShouldBeEmpty();
        return spec;
    }

    private static string Folder => RepositoryRoot.Path("tests", "StreamPerceiver.Tests", "Decode", "Protobuf");
}

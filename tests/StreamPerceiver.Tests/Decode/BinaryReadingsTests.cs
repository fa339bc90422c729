using System.Formats.Cbor;
using MessagePack;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Readings in CBOR and MessagePack, as other libraries write them. The record's own time is 20.123456789 s.</summary>
public sealed class BinaryReadingsTests
{
    private const string CborType = "application/cbor", PackType = "application/msgpack";

    private static readonly SensorSpec InMilliseconds = Imu with { TimeSource = new EventTimeSource(EventTimeKind.Field, "t", TimeFormat.Ms) };

    [Fact]
    public void Cbor_has_numbers_of_each_type_and_members_of_other_types_are_passed_over()
    {
        byte[] payload = Cbor(CborConformanceMode.Lax, w =>
        {
            w.WriteStartMap(null); // of unknown length
            w.WriteTextString("more");
            w.WriteStartArray(null);
            w.WriteTag(CborTag.UnsignedBigNum);
            w.WriteByteString([1, 2]);
            w.WriteNull();
            w.WriteStartIndefiniteLengthByteString();
            w.WriteByteString([3]);
            w.WriteEndIndefiniteLengthByteString();
            w.WriteSimpleValue((CborSimpleValue)99);
            w.WriteEndArray();
            w.WriteStartIndefiniteLengthTextString();
            w.WriteTextString("x");
            w.WriteEndIndefiniteLengthTextString();
            w.WriteHalf((Half)1.5);
            w.WriteTextString("y");
            w.WriteInt64(-70_000);
            w.WriteTextString("z");
            w.WriteUInt64(ulong.MaxValue);
            w.WriteEndMap();
        });

        SeveralReadingsTests.Read(Imu, CborType, payload).ShouldBe(($"20.123456789Z 1.5 -70000 {(float)ulong.MaxValue}", null));
    }

    [Fact]
    public void Cbor_has_several_readings_with_times_as_tags_and_numbers()
    {
        byte[] payload = Cbor(CborConformanceMode.Strict, w =>
        {
            w.WriteStartArray(2);
            w.WriteStartMap(4);
            w.WriteTextString("t");
            w.WriteUnixTimeSeconds(1_700_000_000.5);
            Channels(w, 1, 2, 3);
            w.WriteStartMap(4);
            Channels(w, 4, 5, 6, end: false);
            w.WriteTextString("t");
            w.WriteInt64(1_700_000_001_500);
            w.WriteEndMap();
            w.WriteEndArray();
        });

        SeveralReadingsTests.Read(InMilliseconds, CborType, payload).ShouldBe(("20.500Z 1 2 3 | 21.500Z 4 5 6", null));

        static void Channels(CborWriter w, int x, float y, double z, bool end = true)
        {
            w.WriteTextString("x");
            w.WriteInt32(x);
            w.WriteTextString("y");
            w.WriteSingle(y);
            w.WriteTextString("z");
            w.WriteDouble(z);
            if (end) w.WriteEndMap();
        }
    }

    [Fact]
    public void MessagePack_has_each_shape_and_its_own_times()
    {
        byte[] rows = Pack(new object[]
        {
            new Dictionary<string, object> { ["x"] = 1, ["y"] = 2f, ["z"] = 3d, ["time"] = new DateTime(2023, 11, 14, 22, 13, 20, 500, DateTimeKind.Utc) },
            new Dictionary<string, object> { ["time"] = "2023-11-14T22:13:21.5Z", ["x"] = -4, ["y"] = 70_000u, ["z"] = (sbyte)-100, ["no"] = new byte[300] },
        });
        byte[] columns = Pack(new Dictionary<string, object> { ["x"] = new[] { 1f, 4 }, ["y"] = new[] { 2.0, 5 }, ["z"] = new[] { 3, 6 }, ["rateHz"] = 10 });
        byte[] readings = Pack(new Dictionary<string, object> { ["readings"] = new[] { new[] { 1, 2, 3 }, [4, 5, 6] }, ["rateHz"] = 0.5 });

        SeveralReadingsTests.Read(Imu, PackType, rows).ShouldBe(("20.500Z 1 2 3 | 21.500Z -4 70000 -100", null));
        SeveralReadingsTests.Read(Imu, PackType, columns).ShouldBe(("20.123456789Z 1 2 3 | 20.223456789Z 4 5 6", null));
        SeveralReadingsTests.Read(Imu, PackType, readings).ShouldBe(("20.123456789Z 1 2 3 | 22.123456789Z 4 5 6", null));
        SeveralReadingsTests.Read(Imu, PackType, Pack(new[] { 1, 2, 3 })).ShouldBe(("20.123456789Z 1 2 3", null));
    }

    [Theory]
    [InlineData(CborType, "83010203FF", "not CBOR: more data follows at byte 4")]
    [InlineData(CborType, "830102", "not CBOR: it ends too early, at byte 3")]
    [InlineData(CborType, "8301021C", "not CBOR: additional information 28 at byte 4")]
    [InlineData(CborType, "830102F97E00", "channel z is NaN, expected a finite float32")]
    [InlineData(CborType, "830102F5", "channel z is a CBOR True")]
    [InlineData(CborType, "BB7FFFFFFFFFFFFFFF", "not CBOR: an array or object of 9223372036854775807 items")]
    [InlineData(CborType, "FF", "not CBOR: an end of an array or object")]
    [InlineData(CborType, "A16178", "not CBOR: it ends too early")]
    [InlineData(CborType, "A1A00000", "not CBOR: a name is a StartObject, expected a text")]
    [InlineData(PackType, "930102C1", "not MessagePack: a byte C1 at byte 4")]
    [InlineData(PackType, "930102", "not MessagePack: it ends too early")]
    [InlineData(PackType, "93010203C0", "not MessagePack: more data follows")]
    [InlineData(PackType, "930102CB7FF0000000000000", "channel z is Infinity, expected a finite float32")]
    [InlineData(PackType, "DDFFFFFFFF", "not MessagePack: an array or object of 4294967295 items")]
    [InlineData(PackType, "81A2FFFF01", "not MessagePack: a name or text in it is not UTF-8")]
    public void What_is_not_in_the_format_is_refused(string type, string hex, string problem)
        => SeveralReadingsTests.Read(Imu, type, Convert.FromHexString(hex)).ShouldSatisfyAllConditions(
            read => read.Readings.ShouldBe(""),
            read => read.Rejection.ShouldNotBeNull().ShouldStartWith(problem));

    [Theory]
    [InlineData(CborType, "A16171", 0x81, "CBOR")]
    [InlineData(PackType, "81A171", 0x91, "MessagePack")]
    public void Arrays_within_one_another_are_limited(string type, string member, byte array, string name)
        => SeveralReadingsTests.Read(Imu, type, [.. Convert.FromHexString(member), .. Enumerable.Repeat(array, 100), 1])
            .Rejection.ShouldNotBeNull().ShouldStartWith($"the {name} has 65 levels, expected at most 64");

    private static byte[] Cbor(CborConformanceMode mode, Action<CborWriter> write)
    {
        var writer = new CborWriter(mode);
        write(writer);
        return writer.Encode();
    }

    private static byte[] Pack(object value)
        => MessagePackSerializer.Serialize(value, MessagePack.Resolvers.ContractlessStandardResolver.Options);
}

using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Category;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Set;
using StreamPerceiver.Modalities.Text;
using static StreamPerceiver.Tests.Decode.Payloads;
using Decoder = StreamPerceiver.Decode.Decoder;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Payloads of numbers and texts with bytes changed, added, removed and repeated, the same in every run.</summary>
public sealed class MutatedPayloadTests
{
    private const int Mutations = 10_000;

    private static readonly SensorSpec Nested = Imu with { Channels = ["imu.x", "imu.acc.y", "z"], NumbersAsText = true };

    private static readonly SetSpec Wide = Cloud with { Slots = 96 };

    private static readonly SensorSpec Timed = Imu with { TimeSource = new EventTimeSource(EventTimeKind.Field, "meta.t", TimeFormat.S) };

    private static readonly CategorySpec State = new("state", "states", false, ["run", "stop"])
    {
        Field = "state.mode",
        Unknown = "stop",
        TimeSource = Timed.TimeSource,
    };

    private static readonly (InputSpec Input, string Type, byte[] Payload)[] Seeds =
    [
        (Imu, "application/json", """{"x":1,"y":-2.5e3,"z":3,"extra":{"deep":[null,true,"text"]}}"""u8.ToArray()),
        (Imu, "application/json", [0xEF, 0xBB, 0xBF, .. "[1, 2, NaN]"u8]),
        (Nested, "application/json", """{"imu":{"x":"1.5","acc":{"y":2,"\u0079":[]}},"z":"-Infinity","time":5}"""u8.ToArray()),
        (Nested, "application/x-ndjson", """{"imu.x":1,"imu":{"acc.y":"2"},"z":3,"time":"2023-11-14T22:13:21Z"}"""u8.ToArray()),
        (Imu, "application/x-ndjson", "[1,2,3]\n\r\n{\"x\":1,\"y\":2,\"z\":3,\"time\":\"2023-11-14T22:13:21Z\"}\n-Infinity"u8.ToArray()),
        (Timed, "application/json", """{"start":1700000000,"rateHz":5,"readings":[[1,2,3],{"x":4,"y":5,"z":6,"meta":{"t":1700000001.5}}]}"""u8.ToArray()),
        (Timed, "application/json", """{"x":[1,4],"y":[2,5],"z":[3,6],"meta":{"t":[1700000000,1700000001]}}"""u8.ToArray()),
        (Timed, "text/csv", "x,\"y\",meta.t,z\n1,2,1700000000,3\r\n\n4,\"5\",1700000001,6"u8.ToArray()),
        (Timed, "application/cbor", Convert.FromHexString("82BF617801617902617AF94200646D657461A16174C11A6553F100FF83010203")),
        (Imu, "application/cbor", Convert.FromHexString("A361788201046179820205617A820306")),
        (Timed, "application/msgpack", Convert.FromHexString("9284A17801A179CA40000000A17ACB4008000000000000A46D65746181A174D6FF6553F100930405D10006")),
        (Imu, $"{Npy.Type};rate=100", Npy.Of("<i2", "2, 3", new byte[12])),
        (Imu, "application/json", Encoding.Unicode.GetBytes("[1,2,3]")),
        (Cloud with { NumbersAsText = true }, "application/json", """[[1,2,"3"],[4,5,6],[-7.5,8,9]]"""u8.ToArray()),
        (Cloud, Npy.Type, Npy.Of(">i4", "3, 3", new byte[36], fortran: true)),
        (Cloud, Npy.Type, Npy.Of("<f2", "4, 3", new byte[24])),
        (Imu, Npy.Type, Npy.Of("|b1", "3,", [1, 0, 1])),
        (Imu, Npy.Type, Npy.Of(">u8", "3,", new byte[24])),
        (Wide, "application/x-pcd", PointCloudTests.Cloud("ascii.pcd")[..600]),
        (Wide, "application/x-pcd", PointCloudTests.Cloud("binary.pcd")[..600]),
        (Wide, "application/x-pcd", PointCloudTests.Cloud("compressed.pcd")),
        (Wide with { Sample = SetSample.Voxels, VoxelSize = 0.5 }, "application/x-ply", PointCloudTests.Cloud("ascii.ply")),
        (Wide with { Sample = SetSample.Random }, "application/x-ply", PointCloudTests.Cloud("binary.ply")),
        (Cloud with { Field = "points", TimeSource = Timed.TimeSource }, "application/json",
            """{"meta":{"t":1700000000},"points":[[1,2,3],{"x":4,"y":5,"z":6,"id":"a"}],"n":2}"""u8.ToArray()),
        (Cloud with { Position = new GeoPosition(0, 1, 2) }, "application/json", """[[52.5,13.4,30],[-89.9,179.9,1e3]]"""u8.ToArray()),
        (Imu with { Counters = [new Counter("x", 0, 65_536, false), new Counter("z", 2, null, true)] }, "application/json", "[65535,1,-3]"u8.ToArray()),
        (State, "application/json", """{"meta":{"t":1700000000},"state":{"mode":"r\u0075n"},"x":[true]}"""u8.ToArray()),
        (State with { Field = null }, "application/json", "\"run\""u8.ToArray()),
        (Note with { Field = "note.text", TimeSource = Timed.TimeSource }, "application/json",
            """{"meta":{"t":1700000000},"note":{"x":[1,{}],"text":"gr\u00fc\ud83d\ude00"}}"""u8.ToArray()),
        (Note, "text/plain;charset=utf8", [0xEF, 0xBB, 0xBF, .. "grüße"u8]),
    ];

    [Fact]
    public void Whatever_becomes_of_a_payload_there_are_finite_numbers_of_the_right_shape_or_a_reason()
    {
        var random = new Random(20260131);
        for (int i = 0; i < Mutations; i++)
        {
            (InputSpec input, string type, byte[] payload) = Seeds[i % Seeds.Length];
            byte[] mutated = Mutated(payload, random);
            List<MediaSample> samples = [];

            new EventTimeReader([input], EventTime.PerSecond).TryRead(Raw(input, type, mutated).Record, 0, out _, out _, out _, out string problem);
            Rejection? rejection = new Decoder([input], "decode").Decode(Raw(input, type, mutated), samples);

            string place = $"mutation {i}: {Convert.ToHexString(mutated)}";
            (problem + rejection?.Detail).ShouldNotContain("Exception", Case.Sensitive, place); // of a codec that fails by itself
            if (samples.Count == 0) rejection.ShouldNotBeNull(place).Detail.Length.ShouldBeInRange(10, 1_000, place);
            foreach (MediaSample sample in samples) IsRight(sample).ShouldBeTrue(place);
        }
    }

    private static bool IsRight(MediaSample sample) => sample switch
    {
        SensorReading reading => reading.Values.Length is 3 or 7 && reading.Values.All(float.IsFinite),
        SetReading set => set.Elements.Length <= 3 * 96 && set.Elements.Length % 3 == 0 && set.Elements.All(float.IsFinite),
        CategoryReading category => category.Word is 0 or 1,
        TextReading text => text.Utf8.Length is >= 1 and <= 11,
        _ => false,
    };

    internal static byte[] Mutated(byte[] payload, Random random)
    {
        List<byte> bytes = [.. payload];
        for (int changes = random.Next(1, 6); changes > 0; changes--)
        {
            int at = random.Next(bytes.Count), length = Math.Min(random.Next(1, 8), bytes.Count - at);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(random.Next(at + 1), length)); break;
                case 3: bytes.InsertRange(at, "9\"[{:,-.\\u0e\n"u8.Slice(random.Next(12), 1).ToArray()); break;
                default: if (bytes.Count > length) bytes.RemoveRange(at, length); break;
            }
        }

        return [.. bytes];
    }
}

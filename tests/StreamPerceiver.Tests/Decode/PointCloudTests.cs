using System.Buffers.Binary;
using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Set;
using StreamPerceiver.TestKit;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Point clouds in PCD and PLY. The files were written by the Point Cloud Library 1.13; <c>PointClouds/make.sh</c> makes them.</summary>
public sealed class PointCloudTests
{
    private static readonly SetSpec Wide = new("cloud", "clouds", false, ["z", "x", "y", "intensity"], Slots: 100);

    private static readonly int[] Valid = [.. Enumerable.Range(0, 96).Where(i => i % 7 != 6)];

    [Theory]
    [InlineData("ascii.pcd", "application/x-pcd")]
    [InlineData("binary.pcd", "model/pcd")]
    [InlineData("compressed.pcd", "application/vnd.pcd")]
    [InlineData("ascii.ply", "application/x-ply")]
    [InlineData("binary.ply", "model/ply")]
    public void A_cloud_has_the_channels_by_name_and_no_invalid_returns(string file, string type)
        => Value<SetReading>(Wide, type, Cloud(file)).Elements.ShouldBe([.. Valid.SelectMany(i => new[] { i * i, 0.25f * i - 3, 1 - 0.5f * i, i / 8f })]);

    [Theory]
    [InlineData("ascii.pcd", "r", "g", "b")]
    [InlineData("binary.pcd", "r", "g", "b")]
    [InlineData("compressed.pcd", "r", "g", "b")]
    [InlineData("ascii.ply", "red", "green", "blue")]
    [InlineData("binary.ply", "red", "green", "blue")]
    public void Colours_are_numbers_from_0_to_255_even_where_a_float_packs_them(string file, params string[] names)
    {
        string type = file.EndsWith("ply", StringComparison.Ordinal) ? "application/x-ply" : "application/x-pcd";
        SetReading set = Value<SetReading>(Wide with { Channels = ["x", .. names] }, type, Cloud(file));

        set.Elements.ShouldBe([.. Valid.SelectMany(i => new[] { 0.25f * i - 3, i, 2 * i, 255 - i })]);
    }

    [Theory]
    [InlineData("binary.pcd", 13)]
    [InlineData("compressed.pcd", 13)]
    [InlineData("ascii.pcd", 13)]
    public void Invalid_returns_are_counted_and_do_not_count_towards_the_slots(string file, int dropped)
    {
        Value<SetReading>(Wide with { Slots = 83 }, "application/x-pcd", Cloud(file)).DroppedPoints.ShouldBe(dropped);
        Rejected(Wide with { Slots = 82 }, "application/x-pcd", Cloud(file)).Holds(RejectionReason.WrongShape, "more than 82 valid points", "slots");
    }

    [Fact]
    public void The_points_that_were_dropped_are_counted_over_all_records()
    {
        var decoder = new StreamPerceiver.Decode.Decoder([Wide], "decode");

        for (int i = 0; i < 2; i++) decoder.DecodeOne(Raw(Wide, "application/x-pcd", Cloud("binary.pcd"))).Rejection.ShouldBeNull();

        decoder.DroppedPoints.ShouldBe(2 * 13);
    }

    [Fact]
    public void Numbers_of_every_type_and_fields_of_several_numbers_have_their_places()
    {
        byte[] row = new byte[1 + 2 + 4 + 8 + 1 + 2 + 4 + 8 + 8 + 3];
        row[0] = 0xFF;
        BinaryPrimitives.WriteInt16LittleEndian(row.AsSpan(1), -300);
        BinaryPrimitives.WriteInt32LittleEndian(row.AsSpan(3), -70_000);
        BinaryPrimitives.WriteInt64LittleEndian(row.AsSpan(7), -1L << 40);
        row[15] = 200;
        BinaryPrimitives.WriteUInt16LittleEndian(row.AsSpan(16), 60_000);
        BinaryPrimitives.WriteUInt32LittleEndian(row.AsSpan(18), 4_000_000_000);
        BinaryPrimitives.WriteUInt64LittleEndian(row.AsSpan(22), 1UL << 63);
        BinaryPrimitives.WriteDoubleLittleEndian(row.AsSpan(33), 0.5);
        string[] names = ["a1", "a2", "a4", "a8", "b1", "b2", "b4", "b8", "d"];
        byte[] file = Pcd("VERSION .6\nFIELDS a1 a2 a4 a8 b1 b2 b4 b8 _ d\nSIZE 1 2 4 8 1 2 4 8 1 8\nTYPE I I I I U U U U U F\nCOUNT 1 1 1 1 1 1 1 1 3 1\n"
            + "WIDTH 1\nHEIGHT 1\nDATA binary\n", row);

        Value<SetReading>(Wide with { Channels = names }, "application/x-pcd", file).Elements
            .ShouldBe([-1, -300, -70_000, -1L << 40, 200, 60_000, 4_000_000_000, 1UL << 63, 0.5f]);
    }

    [Fact]
    public void A_cloud_without_points_is_a_set_of_nothing()
    {
        Value<SetReading>(Wide with { Channels = ["x"] }, "application/x-pcd", Pcd(Header(0, "ascii"))).Elements.ShouldBeEmpty();
        Value<SetReading>(Wide with { Channels = ["x"] }, "application/x-ply", Ply("ascii", "element vertex 0\nproperty float x\n")).Elements.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("nan")]
    [InlineData("-nan")]
    [InlineData("NaN")]
    [InlineData("inf")]
    [InlineData("-inf")]
    [InlineData("nan(ind)")]
    [InlineData("-1.#IND")]
    public void A_point_that_is_not_finite_under_any_name_of_it_is_dropped(string number)
    {
        SetReading set = Value<SetReading>(Wide with { Channels = ["x"] }, "application/x-pcd", Pcd(Header(3, "ascii") + $"1\r\n{number}\r\n2.5e-1\r\n"));

        set.Elements.ShouldBe([1, 0.25f]);
        set.DroppedPoints.ShouldBe(1);
    }

    [Fact]
    public void Lists_and_other_elements_of_a_PLY_file_are_passed_over()
    {
        const string Elements = "comment by hand\nelement camera 2\nproperty float f\n"
            + "element face 2\nproperty list uchar int vertex_indices\nproperty uchar flag\n"
            + "element vertex 2\nproperty float x\nproperty list ushort double weights\nproperty double y\nelement edge 9\nproperty int vertex1\n";
        SetSpec plane = Wide with { Channels = ["y", "x"] };
        byte[] text = Ply("ascii", Elements, "0.5\n1.5\n3 0 1 2 7\n0 9\n-1.5 2 8 9 2.25\n1e3 0 -4\n"u8.ToArray());

        Value<SetReading>(plane, "application/x-ply", text).Elements.ShouldBe([2.25f, -1.5f, -4, 1000]);
        foreach (bool bigEndian in new[] { false, true })
        {
            byte[] body = Ordered(
                bigEndian, 0.5f, 1.5f, (byte)3, 0, 1, 2, (byte)7, (byte)0, (byte)9, -1.5f, (ushort)2, 8.0, 9.0, 2.25, 1e3f, (ushort)0, -4.0);
            string format = bigEndian ? "binary_big_endian" : "binary_little_endian";
            Value<SetReading>(plane, "application/x-ply", Ply(format, Elements, body)).Elements.ShouldBe([2.25f, -1.5f, -4, 1000], format);
            Rejected(plane, "application/x-ply", Ply(format, Elements, body[..^1])).Holds(RejectionReason.Undecodable, "ends 1 bytes too early");
        }
    }

    [Theory]
    [InlineData("x", "channel w is missing", "x")]
    [InlineData("rgb", "channel rgb is packed colours", "r, g and b")]
    public void A_channel_that_the_cloud_does_not_have_is_rejected_with_those_that_it_has(string field, string found, string expected)
        => Rejected(Wide with { Channels = [field == "x" ? "w" : "rgb"] }, "application/x-pcd", Cloud("ascii.pcd"))
            .Holds(RejectionReason.WrongShape, found, expected);

    [Fact]
    public void A_list_and_a_field_of_several_numbers_are_no_channels()
    {
        byte[] lists = Ply("ascii", "element vertex 0\nproperty list uchar float weights\nproperty float x\n");
        byte[] arrays = Pcd("VERSION 0.7\nFIELDS fpfh\nSIZE 4\nTYPE F\nCOUNT 33\nWIDTH 0\nHEIGHT 1\nPOINTS 0\nDATA ascii\n");

        Rejected(Wide with { Channels = ["weights"] }, "application/x-ply", lists)
            .Holds(RejectionReason.WrongShape, "channel weights is missing", "among x");
        Rejected(Wide with { Channels = ["fpfh"] }, "application/x-pcd", arrays)
            .Holds(RejectionReason.WrongShape, "channel fpfh has 33 numbers");
    }

    /// <summary>Reads a file of the folder.</summary>
    internal static byte[] Cloud(string file) => File.ReadAllBytes(RepositoryRoot.Path("tests", "StreamPerceiver.Tests", "Decode", "PointClouds", file));

    internal static string Header(int points, string data)
        => $"VERSION 0.7\nFIELDS x\nSIZE 4\nTYPE F\nCOUNT 1\nWIDTH {points}\nHEIGHT 1\nPOINTS {points}\nDATA {data}\n";

    internal static byte[] Pcd(string header, params byte[] data) => [.. Encoding.ASCII.GetBytes(header), .. data];

    internal static byte[] Ply(string format, string elements, params byte[] data)
        => [.. Encoding.ASCII.GetBytes($"ply\nformat {format} 1.0\n{elements}end_header\n"), .. data];

    private static byte[] Ordered(bool bigEndian, params object[] numbers) => [.. numbers.SelectMany(number =>
    {
        byte[] bytes = number switch
        {
            byte b => [b],
            ushort s => BitConverter.GetBytes(s),
            int i => BitConverter.GetBytes(i),
            float f => BitConverter.GetBytes(f),
            _ => BitConverter.GetBytes((double)number),
        };
        return bigEndian ? bytes.AsEnumerable().Reverse() : bytes;
    })];
}

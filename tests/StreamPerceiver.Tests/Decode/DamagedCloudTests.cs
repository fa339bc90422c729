using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Set;
using static StreamPerceiver.Tests.Decode.Payloads;
using static StreamPerceiver.Tests.Decode.PointCloudTests;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Point clouds that are damaged, or ask for too much.</summary>
public sealed class DamagedCloudTests
{
    private static readonly SetSpec X = new("cloud", "clouds", false, ["x"], Slots: 100);

    public static TheoryData<string, byte[], string> Damages => new()
    {
        { "application/x-pcd", Cloud("binary.pcd")[..1000], "96 points of 20 bytes are cut off" },
        { "application/x-pcd", Cloud("compressed.pcd")[..700], "compressed points are cut off" },
        { "application/x-pcd", Flipped(Cloud("compressed.pcd"), 400), "no LZF" },
        { "application/x-pcd", Cloud("ascii.pcd")[..^40], "expected" },
        { "application/x-pcd", Cloud("ascii.pcd")[..100], "ends within its header" },
        { "application/x-pcd", Pcd(Header(1, "ascii") + "1 2\n"), "point 0 has more than 1 numbers" },
        { "application/x-pcd", Pcd(Header(1, "ascii") + "1,5\n"), "'1,5', expected a number" },
        { "application/x-pcd", Pcd(Header(1, "zip")), "DATA is zip" },
        { "application/x-pcd", Pcd(Header(1, "ascii").Replace("TYPE F", "TYPE X")), "TYPE X and SIZE 4" },
        { "application/x-pcd", Pcd(Header(1, "ascii").Replace("SIZE 4", "SIZE 4 4")), "SIZE, TYPE and COUNT have 2, 1 and 1 values" },
        { "application/x-pcd", Pcd(Header(1, "ascii").Replace("WIDTH 1", "WIDTH 2")), "POINTS is 1, expected WIDTH * HEIGHT, 2" },
        { "application/x-pcd", Pcd(Header(1, "ascii").Replace("VERSION 0.7", "VERSION 0.5")), "VERSION is 0.5" },
        { "application/x-pcd", "ply\n"u8.ToArray(), "no PCD file" },
        { "application/x-ply", Cloud("binary.ply")[..1500], "too early" },
        { "application/x-ply", Cloud("ascii.ply")[..1500], "ends" },
        { "application/x-ply", Ply("ascii", "element face 0\nproperty list uchar int i\n"), "no element vertex, only face" },
        { "application/x-ply", Ply("ascii", "element vertex 1\nproperty half x\n"), "type half" },
        { "application/x-ply", Ply("binary", "element vertex 1\nproperty float x\n"), "'format binary 1.0'" },
        { "application/x-ply", "VERSION 0.7\n"u8.ToArray(), "no PLY file" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_cloud_is_rejected(string type, byte[] payload, string found)
        => Rejected(X, type, payload).Holds(RejectionReason.Undecodable, found);

    [Fact]
    public void A_header_that_asks_for_too_much_is_refused_before_anything_is_made_of_it()
    {
        byte[] longLine = Encoding.ASCII.GetBytes($"# {new string('x', 70_000)}\n");

        Rejected(X, "application/x-pcd", Pcd(Header(4_194_305, "binary_compressed")))
            .Holds(RejectionReason.TooLarge, "4194305 points, expected at most 4194304");
        Rejected(X, "application/x-ply", Ply("ascii", "element vertex 99999999999\nproperty float x\n"))
            .Holds(RejectionReason.TooLarge, "99999999999 points");
        Rejected(X, "application/x-pcd", longLine).Holds(RejectionReason.TooLarge, "the header has more than 65536");
        Rejected(X, "application/x-pcd", Pcd(Header(1, "binary").Replace("COUNT 1", "COUNT 300000")))
            .Holds(RejectionReason.TooLarge, "more than 1048576 bytes");
        Rejected(X, "application/x-pcd", Pcd(Header(1_000_000, "binary_compressed"), [9, 0, 0, 0, 0, 9, 61, 0, .. new byte[9]]))
            .Holds(RejectionReason.Undecodable, "9 compressed bytes are 4000000 uncompressed ones, expected at most 88 times as many");
    }

    [Fact]
    public void A_number_too_large_for_float32_is_rejected_by_its_channel()
        => Rejected(X, "application/x-pcd", Pcd(Header(2, "ascii") + "1\n1e39\n"))
            .Holds(RejectionReason.WrongShape, "point 1, channel x is 1E+39, expected a finite float32");

    private static byte[] Flipped(byte[] bytes, int at)
    {
        bytes[at] ^= 0xE0;
        return bytes;
    }
}

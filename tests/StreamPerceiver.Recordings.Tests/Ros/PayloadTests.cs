using System.Text;
using StreamPerceiver.Formats;
using StreamPerceiver.Recordings.Ros;
using StreamPerceiver.Recordings.Ros.Payloads;

namespace StreamPerceiver.Recordings.Tests.Ros;

public sealed class PayloadTests
{
    private const string Image = "uint32 height\nuint32 width\nstring encoding\nuint8 is_bigendian\nuint32 step\nuint8[] data";

    private const string Cloud = "uint32 height\nuint32 width\nPointField[] fields\nbool is_bigendian\nuint32 point_step\nuint32 row_step\nuint8[] data\n"
        + "===\nMSG: sensor_msgs/PointField\nstring name\nuint32 offset\nuint8 datatype\nuint32 count";

    private const string Scan =
        "float32 angle_min\nfloat32 angle_increment\nfloat32 range_min\nfloat32 range_max\nfloat32[] ranges\nfloat32[] intensities";

    [Theory]
    [InlineData("bayer_rggb8", 2, 2, 2, 4, "encoding is 'bayer_rggb8', expected one of rgb8, bgr8, 8UC3, rgba8, bgra8, mono8, 8UC1, mono16, 16UC1")]
    [InlineData("mono8", 0, 2, 2, 4, "the picture is 2 x 0 pixels, expected 1 to 65500 each")]
    [InlineData("mono8", 2, 70_000, 70_000, 4, "the picture is 70000 x 2 pixels, expected 1 to 65500 each")]
    [InlineData("rgb8", 2, 2, 5, 12, "a row of 2 pixels has 6 bytes, step is 5, and data has 12 bytes for 2 rows")]
    [InlineData("mono16", 2, 2, 6, 9, "a row of 2 pixels has 4 bytes, step is 6, and data has 9 bytes for 2 rows")]
    public void A_picture_that_cannot_be_used_is_refused_with_its_reason(string encoding, long height, long width, long step, int bytes, string problem)
    {
        RosMessageType type = Bags.Type(Image, "sensor_msgs/msg/Image");
        RosMessage message = Bags.Message(type, height, width, Bags.Text(encoding), 0L, step, Bags.Bytes(new byte[bytes]));
        Refused(type, message).ShouldBe(problem);
    }

    [Fact]
    public void The_last_row_of_a_picture_may_lack_its_padding()
    {
        RosMessageType type = Bags.Type(Image, "sensor_msgs/msg/Image");
        Convert(type, Bags.Message(type, 2L, 2L, Bags.Text("mono16"), 0L, 6L, Bags.Bytes(new byte[10]))).ContentType.ShouldBe("image/png");
    }

    [Theory]
    [InlineData(
        "16UC1; compressedDepth png", "0000000089504e47",
        "format is '16UC1; compressedDepth png' and the data begin with 00000000, expected a JPEG, PNG or WebP")]
    [InlineData("h264", "0001", "format is 'h264' and the data begin with 0001, expected a JPEG, PNG or WebP")]
    [InlineData("jpeg", "", "format is 'jpeg' and the data begin with , expected a JPEG, PNG or WebP")]
    public void A_compressed_picture_of_another_format_is_refused_by_it(string format, string data, string problem)
    {
        RosMessageType type = Bags.Type("string format\nuint8[] data", "sensor_msgs/msg/CompressedImage");
        Refused(type, Bags.Message(type, Bags.Text(format), Bags.Bytes(System.Convert.FromHexString(data)))).ShouldBe(problem);
    }

    [Theory]
    [InlineData("ffd8ffe0", "image/jpeg")]
    [InlineData("89504e470d0a1a0a00", "image/png")]
    [InlineData("524946460000000057454250", "image/webp")]
    public void The_first_bytes_say_what_a_compressed_picture_is(string data, string contentType)
    {
        RosMessageType type = Bags.Type("string format\nuint8[] data", "sensor_msgs/msg/CompressedImage");
        Convert(type, Bags.Message(type, Bags.Text(""), Bags.Bytes(System.Convert.FromHexString(data)))).ContentType.ShouldBe(contentType);
    }

    [Theory]
    [InlineData(1, 2, 8, 16, 15, "1 rows of 2 points of 8 bytes, a row every 16, do not fit the 15 bytes of data")]
    [InlineData(2, 2, 8, 15, 64, "2 rows of 2 points of 8 bytes, a row every 15, do not fit the 64 bytes of data")]
    [InlineData(4_000_000_000, 4_000_000_000, 8, 4_000_000_000, 16,
        "4000000000 rows of 4000000000 points of 8 bytes, a row every 4000000000, do not fit the 16 bytes of data")]
    [InlineData(1, 1, 7, 8, 16, "field y of 4 bytes at 4 does not fit a point of 7 bytes")]
    public void A_cloud_that_does_not_fit_its_data_is_refused(long height, long width, long pointStep, long rowStep, int bytes, string problem)
        => RefusedCloud(height, width, pointStep, rowStep, bytes, ("x", 0, 7, 1), ("y", 4, 7, 1)).ShouldBe(problem);

    [Theory]
    [InlineData("a b", 7, 1, "a field of the points has the name 'a b', expected a word of its own")]
    [InlineData("x", 7, 1, "a field of the points has the name 'x', expected a word of its own")]
    [InlineData("y", 9, 1, "field y has the datatype 9, expected 1 to 8")]
    [InlineData("y", 8, 4_000_000_000, "field y of 32000000000 bytes at 4 does not fit a point of 16 bytes")]
    public void A_field_of_points_that_cannot_be_used_is_refused(string name, long type, long count, string problem)
        => RefusedCloud(1, 1, 16, 16, 16, ("x", 0, 7, 1), (name, 4, type, count)).ShouldBe(problem);

    [Fact]
    public void Rows_of_points_may_have_padding_and_fields_any_order_kind_and_count()
    {
        byte[] data = [.. Point(1, 2, 3, 4), 0xee, .. Point(5, 6, 7, 8), 0xee];

        RosPayload payload = Convert(CloudType, CloudOf(2, 1, 9, 10, data, ("b", 4, 2, 2), ("x", 0, 7, 0), ("c", 7, 1, 1)));

        string text = Encoding.Latin1.GetString(payload.Value);
        text.ShouldStartWith(
            "VERSION 0.7\nFIELDS b x c\nSIZE 1 4 1\nTYPE U F I\nCOUNT 2 1 1\nWIDTH 1\nHEIGHT 2\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS 2\nDATA binary\n");
        payload.Value[^14..].ShouldBe([2, 3, .. BitConverter.GetBytes(1f), 4, 6, 7, .. BitConverter.GetBytes(5f), 8]);

        static byte[] Point(float x, byte b0, byte b1, byte c) => [.. BitConverter.GetBytes(x), b0, b1, 0xee, c, 0xee];
    }

    [Fact]
    public void An_empty_cloud_and_an_empty_scan_are_sets_without_points()
    {
        Encoding.Latin1.GetString(Convert(CloudType, CloudOf(0, 0, 8, 0, [], ("x", 0, 7, 1))).Value).ShouldContain("POINTS 0\n");
        RosMessageType scan = Bags.Type(Scan, "sensor_msgs/msg/LaserScan");
        Encoding.Latin1.GetString(Convert(scan, ScanOf(scan, [float.NaN, 0.05f, 40], [])).Value).ShouldContain("WIDTH 0\n");
        Refused(scan, ScanOf(scan, [1, 2], [1])).ShouldBe("the scan has 2 ranges and 1 intensities, expected as many, or none");
    }

    [Theory]
    [InlineData("float64[] v\nstring s", "v", NpyType.F64)]
    [InlineData("bool[] v\nstring s", "v", NpyType.Bool)]
    public void Any_type_gives_what_the_map_names(string definition, string array, NpyType npy)
    {
        RosMessageType type = Bags.Type(definition);
        RosKind kind = type.Fields[0].Kind;
        RosMessage message = Bags.Message(type, new RosNumbers(kind, new byte[kind.Bytes() * 3], IsBigEndian: true), Bags.Text("é"));

        NpyArray found = Npy.Parse(PayloadChoice.For(type, new PayloadWish(Array: array)).Convert(message).Value);
        RosPayload text = PayloadChoice.For(type, new PayloadWish(Text: "s")).Convert(message);

        (found.Type, found.Shape.Single()).ShouldBe((npy, 3));
        (text.ContentType, Encoding.UTF8.GetString(text.Value)).ShouldBe(("text/plain", "é"));
    }

    [Fact]
    public void What_a_type_does_not_have_is_refused_by_its_name()
    {
        RosMessageType type = Bags.Type("string s\nfloat32[] f\nuint8[] b");
        Should.Throw<RosException>(() => PayloadChoice.For(type, new PayloadWish())).Message.ShouldBe(
            $"type test_msgs/Some has no single number, expected {PayloadChoice.Supported}");
        Wrong(new PayloadWish([new("x", "s")])).ShouldBe("test_msgs/Some has string as s, expected a single number");
        Wrong(new PayloadWish([new("x", "f")])).ShouldBe("test_msgs/Some has float32[] as f, expected a single number");
        Wrong(new PayloadWish(Array: "s")).ShouldBe("test_msgs/Some has string as s, expected an array of numbers");
        Wrong(new PayloadWish(Text: "b")).ShouldBe("test_msgs/Some has uint8[] as b, expected a text");
        Wrong(new PayloadWish(Bytes: "b")).ShouldBe(
            "test_msgs/Some does not say what its bytes are, expected the key contentType, such as audio/mpeg or audio/pcm;rate=16000;channels=1;format=s16le");
        Wrong(new PayloadWish(Bytes: "f", ContentType: "a/b")).ShouldBe("test_msgs/Some has float32[] as f, expected an array of bytes");
        Should.Throw<RosException>(() => PayloadChoice.For(Bags.Type("int32 x", "sensor_msgs/msg/Image"), new PayloadWish())).Message.ShouldBe(
            "sensor_msgs/Image has no field height, expected one of x");

        string Wrong(PayloadWish wish) => Should.Throw<RosException>(() => PayloadChoice.For(type, wish)).Message;
    }

    [Fact]
    public void A_number_behind_the_end_of_an_array_is_no_number()
    {
        RosMessageType type = Bags.Type("float32[] f");
        IRosPayloads readings = PayloadChoice.For(type, new PayloadWish([new("x", "f[2]")]));
        Should.Throw<RosException>(() => readings.Convert(Bags.Message(type, new RosNumbers(RosKind.Float32, new byte[8], false)))).Message.ShouldBe(
            "f[2] is not there, since its array is too short");
    }

    private static RosMessageType CloudType { get; } = Bags.Type(Cloud, "sensor_msgs/msg/PointCloud2");

    private static RosMessage CloudOf(
        long height, long width, long pointStep, long rowStep, byte[] data, params (string Name, long Offset, long Type, long Count)[] fields)
    {
        RosMessageType field = CloudType.Fields[2].Type!;
        object[] list = [.. fields.Select(f => Bags.Message(field, Bags.Text(f.Name), f.Offset, f.Type, f.Count))];
        return Bags.Message(CloudType, height, width, list, false, pointStep, rowStep, Bags.Bytes(data));
    }

    private static string RefusedCloud(
        long height, long width, long pointStep, long rowStep, int bytes, params (string Name, long Offset, long Type, long Count)[] fields)
        => Refused(CloudType, CloudOf(height, width, pointStep, rowStep, new byte[bytes], fields));

    private static RosMessage ScanOf(RosMessageType type, float[] ranges, float[] intensities)
        => Bags.Message(type, -1f, 0.1f, 0.1f, 30f, Floats(ranges), Floats(intensities));

    private static RosNumbers Floats(float[] numbers) => new(RosKind.Float32, numbers.SelectMany(BitConverter.GetBytes).ToArray(), IsBigEndian: false);

    private static RosPayload Convert(RosMessageType type, RosMessage message) => PayloadChoice.For(type, new PayloadWish()).Convert(message);

    private static string Refused(RosMessageType type, RosMessage message) => Should.Throw<RosException>(() => Convert(type, message)).Message;
}

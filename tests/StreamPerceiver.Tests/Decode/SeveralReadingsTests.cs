using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using static StreamPerceiver.Tests.Decode.Payloads;
using Decoder = StreamPerceiver.Decode.Decoder;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Records of several readings in each format. The record's own time is 22:13:20.123456789 on 14 November 2023.</summary>
public sealed class SeveralReadingsTests
{
    private const string Three = "20.500Z 1 2 3 | 21.500Z 4 5 6 | 22.500Z 7 8 9";

    private static readonly SensorSpec Nested = Imu with { Channels = ["acc.x", "acc.y", "z"] };

    private static readonly SensorSpec InSeconds = Imu with { TimeSource = new EventTimeSource(EventTimeKind.Field, "meta.t", TimeFormat.S) };

    [Theory]
    [InlineData(
        """[{"x":1,"y":2,"z":3,"time":"2023-11-14T22:13:20.5Z"},{"x":4,"y":5,"z":6,"time":"2023-11-14T22:13:21.5Z"}]""",
        "20.500Z 1 2 3 | 21.500Z 4 5 6")]
    [InlineData("[[1,2,3],[4,5,6]]", "20.123456789Z 1 2 3 | 20.123456789Z 4 5 6")]
    [InlineData("""{"start":"2023-11-14T22:13:20.5Z","rateHz":1,"readings":[[1,2,3],[4,5,6],{"z":9,"y":8,"x":7}]}""", Three)]
    [InlineData("""{"readings":[[1,2,3],[4,5,6],[7,8,9]],"rateHz":1,"start":"2023-11-14T22:13:20.5Z","more":{}}""", Three)]
    [InlineData("""{"rateHz":4,"readings":[[1,2,3],[4,5,6]]}""", "20.123456789Z 1 2 3 | 20.373456789Z 4 5 6")]
    [InlineData("""{"x":[1,4],"y":[2,5],"z":[3,6],"time":["2023-11-14T22:13:20.5Z","2023-11-14T22:13:21.5Z"]}""", "20.500Z 1 2 3 | 21.500Z 4 5 6")]
    [InlineData("""{"x":[1,4,7],"rateHz":1,"y":[2,5,8],"z":[3,6,9],"time":"2023-11-14T22:13:20.5Z"}""", Three)]
    [InlineData("""{"x":[1],"y":[2],"z":[3],"readings":5}""", "20.123456789Z 1 2 3")]
    public void Json_of_each_shape_is_read(string payload, string expected) => Read(Imu, "application/json", payload).ShouldBe((expected, null));

    [Theory]
    [InlineData("""{"acc":{"x":[1,4],"y":[2,5]},"z":[3,6],"rateHz":1}""")]
    [InlineData("""{"rateHz":1,"readings":[{"acc":{"x":1,"y":2},"z":3},{"acc.x":4,"z":6,"acc.y":5}]}""")]
    public void Channels_in_nested_objects_are_read_in_each_shape(string payload)
        => Read(Nested, "application/json", payload).ShouldBe(("20.123456789Z 1 2 3 | 21.123456789Z 4 5 6", null));

    [Theory]
    [InlineData("""[{"x":1,"y":2,"z":3,"meta":{"t":1700000000.5}},{"meta":{"u":0,"t":"1700000001.5"},"x":4,"y":5,"z":6}]""")]
    [InlineData("""{"x":[1,4],"y":[2,5],"z":[3,6],"meta.t":[1700000000.5,1700000001.5]}""")]
    [InlineData("""{"start":1700000000.5,"rateHz":1,"readings":[[1,2,3],[4,5,6]]}""")]
    public void The_field_of_the_event_time_is_that_of_each_reading(string payload)
        => Read(InSeconds, "application/json", payload).ShouldBe(("20.500Z 1 2 3 | 21.500Z 4 5 6", null));

    [Theory]
    [InlineData("[[1,2,3],[4,5]]", "reading 2: channel z is missing")]
    [InlineData("[[1,2,3],[4,5,[6]]]", "reading 2: channel z is a JSON StartArray")]
    [InlineData("[[1,2,3],7]", "reading 2: the reading is a JSON Number")]
    [InlineData("[[1,2,3],", "reading 2: not JSON")]
    [InlineData("""[[1,2,3],{"x":4,"y":5,"z":6,"time":"noon"}]""", "reading 2: time is 'noon', expected an RFC 3339 time")]
    [InlineData("""{"x":[1,4],"y":[2,null],"z":[3,6]}""", "reading 2: channel y is a JSON Null")]
    [InlineData("""{"x":[1,4],"y":[2],"z":[3,6]}""", "reading 2: channel y has 1 values, another column has 2")]
    [InlineData("""{"x":[1,4],"y":[2,5],"z":[3,6],"time":["2023-11-14T22:13:20.123456789Z","noon"]}""", "reading 2: time is 'noon'")]
    [InlineData("""{"x":[1,4],"y":[2,5],"z":[3,6],"time":["2023-11-14T22:13:20.123456789Z"]}""", "reading 2: time has 1 values")]
    public void Readings_before_a_bad_one_are_used(string payload, string problem)
    {
        (string readings, string? rejection) = Read(Imu, "application/json", payload);

        readings.ShouldBe("20.123456789Z 1 2 3");
        rejection.ShouldNotBeNull().ShouldStartWith(problem);
    }

    [Theory]
    [InlineData("""{"x":[1],"y":2,"z":[3]}""", "channel y is a JSON Number, expected an array")]
    [InlineData("""{"x":[1],"y":[2]}""", "channel z is missing")]
    [InlineData("""{"x":[1],"y":[2],"z":[3],"x":[4]}""", "channel x occurs twice")]
    [InlineData("""{"rateHz":0,"readings":[[1,2,3]]}""", "rateHz is 0, expected 0.0001 to 10000000 readings a second")]
    [InlineData("""{"readings":[]}""", "there is no sample in it")]
    [InlineData("""{"start":"noon","readings":[[1,2,3]]}""", "start is 'noon'")]
    public void Shapes_that_do_not_fit_are_rejected_as_a_whole(string payload, string problem)
    {
        (string readings, string? rejection) = Read(Imu, "application/json", payload);

        readings.ShouldBe("");
        rejection.ShouldNotBeNull().ShouldStartWith(problem);
    }

    [Fact]
    public void A_reading_without_the_field_of_the_event_time_is_rejected_where_no_rate_gives_its_time()
        => Read(InSeconds, "application/json", """[{"x":1,"y":2,"z":3,"meta":{"t":1700000000.5}},[4,5,6]]""")
            .ShouldBe(("20.500Z 1 2 3", "reading 2: meta.t is missing, expected seconds since 1970"));

    [Theory]
    [InlineData("x,time,y,z\r\n1,2023-11-14T22:13:20.5Z,2,3\r\n\r\n4,2023-11-14T22:13:21.5Z,5,6", "20.500Z 1 2 3 | 21.500Z 4 5 6")]
    [InlineData("\uFEFFz,\"x\",more,y\n3,1,\"a \"\"b\"\",\n c\",2\n", "20.123456789Z 1 2 3")]
    [InlineData(" x , y , z \n 1 , 2e0 , \"3\" \n", "20.123456789Z 1 2 3")]
    public void Csv_has_a_header_and_quotes(string payload, string expected) => Read(Imu, "text/csv", payload).ShouldBe((expected, null));

    [Fact]
    public void Csv_may_have_other_separators_a_decimal_comma_and_no_header()
    {
        SensorSpec german = Imu with { Csv = new CsvFormat(';', ',', HasHeader: false), SourceRateHz = 2 };

        Read(german, "text/csv", "1,5;2;3\n4,5;5;6").ShouldBe(("20.123456789Z 1.5 2 3 | 20.623456789Z 4.5 5 6", null));
        Read(german, "text/csv; header=present", "x;y;z\n1,5;2;3").ShouldBe(("20.123456789Z 1.5 2 3", null));
        Read(Imu, "text/csv; header=absent; rate=10", "1,2,3\n4,5,6").ShouldBe(("20.123456789Z 1 2 3 | 20.223456789Z 4 5 6", null));
    }

    [Theory]
    [InlineData("x,y,z\n1,2,3\n4,5", "line 3: there are 2 cells, expected 3")]
    [InlineData("x,y,z\n1,2,3\n4,,6", "line 3: channel y is ''")]
    [InlineData("x,y,z\n1,2,3\n4,NaN,6", "line 3: channel y is 'NaN'")]
    [InlineData("x,y,z\n1,2,3\n4,\"5,6", "line 3: not CSV: a quote has no end")]
    [InlineData("x,y,z\n1,2,3\n4,\"5\"6,7", "line 3: not CSV: something follows a quote")]
    [InlineData("x,y,z\n1,2,3\n4,5,6,7", "line 3: there are more than 3 cells")]
    public void Csv_lines_before_a_bad_one_are_used(string payload, string problem)
    {
        (string readings, string? rejection) = Read(Imu, "text/csv", payload);

        readings.ShouldBe("20.123456789Z 1 2 3");
        rejection.ShouldNotBeNull().ShouldStartWith(problem);
    }

    [Theory]
    [InlineData("x,y\n1,2", "channel z is missing in the header")]
    [InlineData("x,y,z,x\n1,2,3,4", "channel x occurs twice")]
    [InlineData("x,y,z", "there is no sample in it")]
    public void Csv_without_its_columns_is_rejected(string payload, string problem)
        => Read(Imu, "text/csv", payload).Rejection.ShouldNotBeNull().ShouldStartWith(problem);

    [Fact]
    public void NumPy_of_several_steps_has_a_rate()
    {
        byte[] series = Npy.Of("<i2", "2, 3", [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]);

        Read(Imu, $"{Npy.Type};rate=100", series).ShouldBe(("20.123456789Z 1 2 3 | 20.133456789Z 4 5 6", null));
        Read(Imu with { SourceRateHz = 2 }, Npy.Type, series).ShouldBe(("20.123456789Z 1 2 3 | 20.623456789Z 4 5 6", null));
        Read(Imu, Npy.Type, series).Rejection.ShouldNotBeNull().ShouldStartWith("there are 2 steps, expected their rate");
        Read(Imu, $"{Npy.Type};rate=fast", series).Rejection.ShouldNotBeNull().ShouldContain("parameter rate is 'fast', expected 0.0001");
    }

    [Fact]
    public void NumPy_steps_before_one_that_is_not_finite_are_used()
        => Read(Imu, $"{Npy.Type};rate=100", Npy.Of("<f2", "2, 3", [0, 0x3C, 0, 0x40, 0, 0x42, 0, 0x7C, 0, 0, 0, 0]))
            .ShouldBe(("20.123456789Z 1 2 3", "step 2: number 0 is Infinity, expected a finite float32"));

    [Theory]
    [InlineData("application/x-npy;rate=10000")]
    [InlineData("application/json")]
    [InlineData("text/csv;header=absent;rate=10000")]
    [InlineData("application/cbor")]
    [InlineData("application/msgpack")]
    public void What_decoding_many_readings_takes_is_known_before(string type)
    {
        SensorSpec one = Imu with { Channels = ["x"] };
        byte[] payload = type.Split(';')[0] switch
        {
            "application/x-npy" => Npy.Of("|b1", "60000, 1", new byte[60_000]),
            "application/json" => Encoding.UTF8.GetBytes($$"""{"rateHz":10000,"readings":[{{string.Join(',', Enumerable.Repeat("[1]", 60_000))}}]}"""),
            "text/csv" => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("1\n", 60_000))),
            "application/cbor" => [0x9A, 0, 0, 0xEA, 0x60, .. Enumerable.Repeat<byte[]>([0x81, 1], 60_000).SelectMany(b => b)],
            _ => [0xDD, 0, 0, 0xEA, 0x60, .. Enumerable.Repeat<byte[]>([0x91, 1], 60_000).SelectMany(b => b)],
        };
        RawRecord record = Raw(one, type, payload);
        var decoder = new Decoder([one], "decode");
        long before = GC.GetAllocatedBytesForCurrentThread();
        List<MediaSample> samples = new(60_000);

        decoder.Decode(record, samples).ShouldBeNull();

        samples.Count.ShouldBe(60_000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(one.DecodingBytes(record.Record) + (1 << 20));
    }

    internal static (string Readings, string? Rejection) Read(SensorSpec input, string type, string payload)
        => Read(input, type, Encoding.UTF8.GetBytes(payload));

    /// <summary>The readings as seconds of the minute and values, and why the rest is rejected.</summary>
    internal static (string Readings, string? Rejection) Read(SensorSpec input, string type, byte[] payload)
    {
        List<MediaSample> samples = [];
        Rejection? rejection = new Decoder([input], "decode").Decode(Raw(input, type, payload), samples);
        return (string.Join(" | ", samples.Cast<SensorReading>().Select(s => $"{s.Time.ToString()[17..]} {string.Join(' ', s.Values)}")), rejection?.Detail);
    }
}

using System.Globalization;
using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Tests.Decode;
using static StreamPerceiver.Tests.Decode.Payloads;
using Decoder = StreamPerceiver.Decode.Decoder;

namespace StreamPerceiver.Tests.Align;

/// <summary>Positions in degrees that become metres from a window's first reading. The metres of pairs are those of PROJ, by <c>positions.py</c>.</summary>
public sealed class PositionTests
{
    private const long Start = 1_700_000_000_000;

    private static readonly SensorSpec Gps = new("gps", "gps", false, ["speed", "lon", "lat", "alt"], 1, Interpolation.Linear, 2 * EventTime.PerSecond)
    {
        Position = new GeoPosition(Latitude: 2, Longitude: 1, Altitude: 3),
    };

    [Theory]
    [InlineData(48.1372, 11.5756, 520.0, 48.1375, 11.576, 521.5, 29.7731649, 33.3607061, 1.49984331)]
    [InlineData(48.1372, 11.5756, 520.0, 48.1372000001, 11.5756000001, 520.0, 7.4432118e-06, 1.11201878e-05, -3.62186511e-10)]
    [InlineData(-33.8568, 151.2153, 5.0, -33.9, 151.1, 900.0, -10665.9277, -4798.40934, 884.281198)]
    [InlineData(10.0, 179.9999, 0.0, 10.0001, -179.9999, 0.0, 21.9278661, 11.0607832, -4.73426499e-05)]
    [InlineData(10.0, 359.9999, 0.0, 10.0, 0.0001, 0.0, 21.9278728, 6.64575155e-06, -3.76899299e-05)]
    [InlineData(89.9999, 30.0, 10.0, 89.9999, -150.0, 10.0, 0, 22.3388308, -3.89886149e-05)]
    [InlineData(90.0, 0.0, 0.0, 89.999, 90.0, 0.0, 111.69398, 3.91855253e-10, -0.000974713825)]
    [InlineData(0.0, 0.0, 0.0, 1.0, 2.0, 10000.0, 222909.038, 110743.299, 5142.66565)]
    public void A_position_is_metres_east_north_and_up_of_the_first(
        double lat0, double lon0, double alt0, double lat, double lon, double alt, double east, double north, double up)
    {
        float[] steps = Steps(Gps, (0, Json(7, lon0, lat0, alt0)), (1000, Json(8, lon, lat, alt)));

        steps[..4].ShouldBe([7, 0, 0, 0]);
        steps[4].ShouldBe(8);
        double tolerance = 1e-6 + 1e-7 * Math.Abs(Math.MaxMagnitude(east, north));
        ((double)steps[5]).ShouldBe(east, tolerance);
        ((double)steps[6]).ShouldBe(north, tolerance);
        ((double)steps[7]).ShouldBe(up, tolerance);
    }

    [Fact]
    public void A_centimetre_is_told_from_the_next_one_in_every_kind_of_format()
    {
        const double Centimetre = 0.01 / 111_319.49; // of the equator, in degrees
        foreach (int i in Enumerable.Range(1, 20))
        {
            double lon = 151.2 + i * Centimetre;
            string row = Json(0, lon, 0, 0).Trim('[', ']'), columns = $"{{\"speed\":[0],\"lon\":[{lon:R}],\"lat\":[0],\"alt\":[0]}}";
            (long, string, byte[])[] others =
            [
                (1000, Npy.Type, Npy.Doubles("4,", 0, lon, 0, 0)), (1000, "text/csv", Encoding.UTF8.GetBytes($"speed,lon,lat,alt\n{row}\n")),
                Text((1000, columns)), Text((1000, $"[[{row}]]")),
                (1000, "application/cbor", [0x84, 0, 0xFB, .. BitConverter.GetBytes(lon).AsEnumerable().Reverse(), 0, 0]),
            ];

            Steps(Gps, (0, Json(0, 151.2, 0, 0)), (1000, Json(0, lon, 0, 0)))[5].ShouldBe(0.01f * i, 1e-5f);
            foreach ((long, string, byte[]) other in others) Steps(Gps, [Text((0, Json(0, 151.2, 0, 0))), other])[5].ShouldBe(0.01f * i, 1e-5f);
        }
    }

    [Fact]
    public void A_line_across_the_antimeridian_is_a_line_on_the_ground()
    {
        float[] steps = Steps(Gps, (0, Json(0, 179.9999, 0, 0)), (2000, Json(0, -179.9999, 0, 0)));

        steps[1].ShouldBe(0);
        steps[5].ShouldBe(steps[9] / 2, 1e-4);
        steps[9].ShouldBe(22.2639f, 1e-3f);
    }

    [Fact]
    public void The_origin_is_the_first_reading_of_the_window_or_else_the_last_one_before_it()
    {
        Steps(Gps, (-1000, Json(0, 0.001, 0, 0)), (500, Json(0, 0.002, 0, 0)), (1000, Json(0, 0.003, 0, 0)))[5].ShouldBe(111.31949f, 1e-3f);
        Steps(Gps, (-1000, Json(0, 0.001, 0, 0)), (-500, Json(3, 0.002, 0, 0)))[..4].ShouldBe([3, 0, 0, 0]);
        Steps(Gps).ShouldAllBe(value => value == 0);
    }

    [Fact]
    public void Without_an_altitude_the_height_is_0_and_a_channel_of_that_name_stays()
    {
        SensorSpec flat = Gps with { Position = new GeoPosition(2, 1, null) };

        float[] steps = Steps(flat, (0, Json(0, 0, 0, 100)), (1000, Json(0, 0.001, 0, 200)));

        steps[3..8].ShouldBe([100, 0, steps[5], steps[6], 200]);
        steps[5].ShouldBe(111.31949f, 1e-3f);
    }

    [Theory]
    [InlineData("[0,0,90.5,0]", "channel lat is 90.5, expected a latitude from -90 to 90")]
    [InlineData("[0,0,91,0]", "channel lat is 91,")]
    [InlineData("[0,-180.1,0,0]", "channel lon is -180.1, expected a longitude from -180 to 360")]
    [InlineData("[0,360.1,0,0]", "channel lon is 360.1,")]
    [InlineData("[0,0,0,1e39]", "channel alt is 1E+39, expected a finite float32")]
    public void A_position_that_is_none_is_rejected(string json, string found)
        => Rejected(Gps, "application/json", Encoding.UTF8.GetBytes(json)).Holds(RejectionReason.WrongShape, found);

    private static string Json(double speed, double lon, double lat, double alt)
        => string.Create(CultureInfo.InvariantCulture, $"[{speed:R},{lon:R},{lat:R},{alt:R}]");

    private static (long Ms, string Type, byte[] Payload) Text((long Ms, string Json) reading)
        => (reading.Ms, "application/json", Encoding.UTF8.GetBytes(reading.Json));

    private static float[] Steps(SensorSpec spec, params (long Ms, string Json)[] readings) => Steps(spec, [.. readings.Select(Text)]);

    /// <summary>Decodes readings, and places them in a window of three steps.</summary>
    private static float[] Steps(SensorSpec spec, (long Ms, string Type, byte[] Payload)[] readings)
    {
        var decoder = new Decoder([spec], "decode");
        MediaSample[] samples =
        [
            .. readings.Select(r => decoder.DecodeOne(Raw(spec, r.Type, r.Payload) with { Time = EventTime.FromUnixMilliseconds(Start + r.Ms) }).Value!),
        ];
        return ((AlignedSeries)spec.Place(samples, EventTime.FromUnixMilliseconds(Start), 3 * EventTime.PerSecond).Data).Values;
    }
}

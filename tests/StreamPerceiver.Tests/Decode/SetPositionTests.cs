using System.Globalization;
using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Set;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Positions of the elements of a set, beside the great circle (haversine) and the radii of curvature of the ellipsoid.</summary>
public sealed class SetPositionTests
{
    private const double Equator = 6_378_137, SquaredEccentricity = 0.00669437999014;

    private static readonly SetSpec Ships = new("ships", "ships", false, ["speed", "lon", "lat"], Slots: 4) { Position = new GeoPosition(2, 1, null) };

    // The expected metres are the arcs along the meridian and along the parallel.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(48.1372, 11.5756)]
    [InlineData(-33.8568, 151.2153)]
    [InlineData(69.6, -18.9)]
    [InlineData(10, 179.9999)]
    public void Elements_are_metres_east_and_north_of_the_first_one(double latitude, double longitude)
    {
        const double North = 0.0007, East = 0.0011;
        double across = longitude + East > 180 ? longitude + East - 360 : longitude + East;
        double sine = Math.Sin(double.DegreesToRadians(latitude)), w = 1 - SquaredEccentricity * sine * sine;
        double meridian = Equator * (1 - SquaredEccentricity) / Math.Pow(w, 1.5), parallel = Equator / Math.Sqrt(w) * Math.Cos(Math.Asin(sine));

        float[] elements = Read(Ships, [5, longitude, latitude], [6, longitude, latitude + North], [7, across, latitude]);

        elements[..3].ShouldBe([5, 0, 0]);
        elements[3].ShouldBe(6);
        ((double)elements[4]).ShouldBe(0, 1e-6);
        ((double)elements[5]).ShouldBe(meridian * double.DegreesToRadians(North), 2e-3);
        elements[6].ShouldBe(7);
        ((double)elements[7]).ShouldBe(parallel * double.DegreesToRadians(East), 2e-3);
        ((double)elements[8]).ShouldBe(0, 5e-3); // a parallel bends away from the east
    }

    [Fact]
    public void Distances_within_a_set_are_those_of_the_great_circle()
    {
        (double Lat, double Lon)[] places = [(50.1, 8.68), (50.11, 8.7), (50.09, 8.65), (50.13, 8.61)];
        float[] elements = Read(Ships, [.. places.Select(p => new[] { 0, p.Lon, p.Lat })]);

        for (int i = 0; i < places.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double metres = Math.Sqrt(Math.Pow(elements[3 * i + 1] - elements[3 * j + 1], 2) + Math.Pow(elements[3 * i + 2] - elements[3 * j + 2], 2));
                metres.ShouldBe(Haversine(places[i], places[j]), 0.004 * metres); // a sphere is that much unlike the ellipsoid
            }
        }
    }

    [Fact]
    public void With_an_origin_metres_are_from_that_place_and_heights_count()
    {
        SetSpec fixedOrigin = new("ships", "ships", false, ["lat", "lon", "alt"], Slots: 4)
        {
            Position = new GeoPosition(0, 1, 2) { Origin = new LocalPlane(48.1372, 11.5756, 520) },
        };

        float[] elements = Read(fixedOrigin, [48.1375, 11.576, 521.5], [48.1372, 11.5756, 520]);

        elements[0].ShouldBe(33.3607061f, 1e-5f); // by PROJ, as in PositionTests
        elements[1].ShouldBe(29.7731649f, 1e-5f);
        elements[2].ShouldBe(1.49984331f, 1e-5f);
        elements[3..].ShouldBe([0, 0, 0]);
    }

    [Fact]
    public void A_centimetre_is_kept_in_every_format_and_the_origin_is_the_first_element_before_sampling()
    {
        const double Centimetre = 0.01 / 111_319.49; // of the equator, in degrees
        string lon = (151.2 + Centimetre).ToString("R", CultureInfo.InvariantCulture);
        string ply = "ply\nformat ascii 1.0\nelement vertex 2\nproperty double lon\nproperty double lat\nproperty float speed\nend_header\n";
        (string Type, byte[] Payload)[] payloads =
        [
            ("application/json", Encoding.UTF8.GetBytes($"[[0,151.2,0],[0,{lon},0]]")),
            ("application/json", Encoding.UTF8.GetBytes($$"""[{"lon":151.2,"lat":0,"speed":0},{"lon":{{lon}},"lat":0,"speed":0}]""")),
            (Npy.Type, Npy.Doubles("2, 3", 0, 151.2, 0, 0, 151.2 + Centimetre, 0)),
            ("application/x-ply", Encoding.UTF8.GetBytes($"{ply}151.2 0 0\n{lon} 0 0\n")),
        ];

        foreach ((string type, byte[] payload) in payloads) Value<SetReading>(Ships, type, payload).Elements[4].ShouldBe(0.01f, 1e-5f, type);
        SetSpec drawn = Ships with { Slots = 1, Sample = SetSample.Random };
        float[][] draws = [.. Enumerable.Range(0, 20).Select(i => Read(drawn, [0, 0, 0], [0, 0, 0.001], [0, 0, 0.001], [0, i * 1e-9, 0.001]))];
        draws.ShouldAllBe(d => d.Length == 3 && (d[2] == 0 || Math.Abs(d[2] - 110.574f) < 1e-2));
        draws.ShouldContain(d => d[2] > 0);
    }

    [Fact]
    public void A_voxel_is_of_metres_where_the_channels_have_the_names_of_its_axes()
    {
        SetSpec voxels = new("ships", "ships", false, ["x", "y"], Slots: 4)
        {
            Position = new GeoPosition(1, 0, null),
            Sample = SetSample.Voxels,
            VoxelSize = 50,
        };

        Read(voxels, [8, 50], [8.0001, 50], [8.001, 50]).Length.ShouldBe(4); // 0 m and 7 m, and 72 m
    }

    [Theory]
    [InlineData("[[0,0,90.5]]", "element 0, channel lat is 90.5, expected a latitude from -90 to 90")]
    [InlineData("[[0,0,0],[0,-180.5,0]]", "element 1, channel lon is -180.5, expected a longitude from -180 to 360")]
    public void A_position_that_is_none_is_rejected(string json, string found)
        => Rejected(Ships, "application/json", Encoding.UTF8.GetBytes(json)).Holds(RejectionReason.WrongShape, found);

    [Fact]
    public void An_array_with_no_position_is_rejected_and_an_empty_set_stays_empty()
    {
        Rejected(Ships, Npy.Type, Npy.Doubles("1, 3", 0, 0, 91)).Holds(RejectionReason.WrongShape, "element 0, channel lat is 91,");
        Value<SetReading>(Ships, "application/json", "[]"u8.ToArray()).Elements.ShouldBeEmpty();
        Value<SetReading>(Ships, Npy.Type, Npy.Doubles("0, 3")).Elements.ShouldBeEmpty();
    }

    private static float[] Read(SetSpec spec, params double[][] elements)
        => Value<SetReading>(spec, "application/json", Encoding.UTF8.GetBytes(
            $"[{string.Join(',', elements.Select(e => $"[{string.Join(',', e.Select(n => n.ToString("R", CultureInfo.InvariantCulture)))}]"))}]")).Elements;

    private static double Haversine((double Lat, double Lon) a, (double Lat, double Lon) b)
    {
        double Half(double from, double to) => Math.Pow(Math.Sin(double.DegreesToRadians(to - from) / 2), 2);
        double share = Half(a.Lat, b.Lat) + Math.Cos(double.DegreesToRadians(a.Lat)) * Math.Cos(double.DegreesToRadians(b.Lat)) * Half(a.Lon, b.Lon);
        return 2 * 6_371_008.8 * Math.Asin(Math.Sqrt(share));
    }
}

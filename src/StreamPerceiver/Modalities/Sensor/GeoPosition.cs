using System.Text.Json.Nodes;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>
/// The channels of a sensor that are a position on the earth (WGS 84). In a window they become metres from its first reading: the longitude's channel has
/// the metres east, the latitude's north, and the altitude's up.
/// </summary>
/// <param name="Latitude">Index of the channel with the latitude, in degrees from -90 to 90.</param>
/// <param name="Longitude">Index of the channel with the longitude, in degrees from -180 to 360.</param>
/// <param name="Altitude">Index of the channel with the height above the ellipsoid, in metres; null: every height is 0.</param>
public sealed record GeoPosition(int Latitude, int Longitude, int? Altitude)
{
    private const double Radius = 6_378_137; // at the equator, in metres
    private const double Flattening = 1 / 298.257223563;
    private const double SquaredEccentricity = Flattening * (2 - Flattening);

    /// <summary>What is wrong with the option (default: nothing). Each problem begins with the key within the section.</summary>
    internal IReadOnlyList<string> Problems { get; private init; } = [];

    /// <summary>The channels of the position, each of which is kept in double precision.</summary>
    internal IReadOnlyList<int> Channels { get; } = Altitude is { } altitude ? [Latitude, Longitude, altitude] : [Latitude, Longitude];

    /// <summary>Reads the option <c>position</c> of an input's section; null where the option is missing.</summary>
    internal static GeoPosition? Read(InputSection section)
    {
        if (section.Json["position"] is not JsonObject option) return null;
        string[] channels = section.Names("channels");
        (string Key, string Name)[] named = [.. option.Select(o => (o.Key, o.Value!.GetValue<string>()))];
        string expected = $"expected a channel of its own among {string.Join(", ", channels)}";
        return new GeoPosition(IndexOf("latitude")!.Value, IndexOf("longitude")!.Value, IndexOf("altitude"))
        {
            Problems =
            [
                .. named.Where(n => !channels.Contains(n.Name) || named.Count(other => other.Name == n.Name) > 1)
                    .Select(n => $"position.{n.Key} is {JsonProblem.Shorten($"\"{n.Name}\"")}, {expected}"),
            ],
        };

        int? IndexOf(string key) => option[key] is { } name ? Array.IndexOf(channels, name.GetValue<string>()) : null;
    }

    /// <summary>Tells what is wrong with a number of a channel, or returns null.</summary>
    internal string? Problem(int channel, double number)
        => channel == Latitude && Math.Abs(number) > 90 ? $"is {number}, expected a latitude from -90 to 90"
            : channel == Longitude && number is < -180 or > 360 ? $"is {number}, expected a longitude from -180 to 360"
            : null;

    /// <summary>
    /// Converts the positions of readings to metres from the first reading of a window, or from the last one before it if the window has none. The
    /// other channels stay as they are.
    /// </summary>
    /// <param name="readings">Readings in the order of time.</param>
    /// <param name="layout">Where their numbers are.</param>
    /// <param name="start">First instant of the window.</param>
    internal MediaSample[] ToMetres(ReadOnlySpan<MediaSample> readings, ReadingLayout layout, EventTime start)
    {
        if (readings.IsEmpty) return [];
        int first = 0;
        while (first < readings.Length - 1 && readings[first].Time < start) first++;
        double[] origin = ReadPosition((SensorReading)readings[first], layout);
        (double x0, double y0, double z0) = ToEarthCentred(origin);
        (double sinLatitude, double cosLatitude) = Math.SinCos(double.DegreesToRadians(origin[0]));
        (double sinLongitude, double cosLongitude) = Math.SinCos(double.DegreesToRadians(origin[1]));
        var moved = new MediaSample[readings.Length];
        for (int i = 0; i < moved.Length; i++)
        {
            var reading = (SensorReading)readings[i];
            (double x, double y, double z) = ToEarthCentred(ReadPosition(reading, layout));
            (x, y, z) = (x - x0, y - y0, z - z0);
            double outwards = cosLongitude * x + sinLongitude * y;
            float[] values = reading.Values[..layout.Channels];
            values[Longitude] = (float)(cosLongitude * y - sinLongitude * x);
            values[Latitude] = (float)(cosLatitude * z - sinLatitude * outwards);
            if (Altitude is { } altitude) values[altitude] = (float)(cosLatitude * outwards + sinLatitude * z);
            moved[i] = reading with { Values = values };
        }

        return moved;
    }

    private double[] ReadPosition(SensorReading reading, ReadingLayout layout)
        => [layout.Exact(reading.Values, Latitude), layout.Exact(reading.Values, Longitude), Altitude is { } a ? layout.Exact(reading.Values, a) : 0];

    // Degrees and metres to metres from the centre of the earth (EPSG method 9602).
    private static (double X, double Y, double Z) ToEarthCentred(double[] position)
    {
        (double sinLatitude, double cosLatitude) = Math.SinCos(double.DegreesToRadians(position[0]));
        (double sinLongitude, double cosLongitude) = Math.SinCos(double.DegreesToRadians(position[1]));
        double normal = Radius / Math.Sqrt(1 - SquaredEccentricity * sinLatitude * sinLatitude), height = position[2];
        double fromAxis = (normal + height) * cosLatitude;
        return (fromAxis * cosLongitude, fromAxis * sinLongitude, (normal * (1 - SquaredEccentricity) + height) * sinLatitude);
    }
}

using System.Text.Json.Nodes;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities;

/// <summary>
/// The channels that are a position on the earth (WGS 84). They become metres from an origin: the longitude's channel has the metres east, the latitude's
/// north, and the altitude's up.
/// </summary>
/// <param name="Latitude">Index of the channel with the latitude, in degrees from -90 to 90.</param>
/// <param name="Longitude">Index of the channel with the longitude, in degrees from -180 to 360.</param>
/// <param name="Altitude">Index of the channel with the height above the ellipsoid, in metres; null: every height is 0.</param>
public sealed record GeoPosition(int Latitude, int Longitude, int? Altitude)
{
    /// <summary>The place from which metres count; null (default): the first position of a window or of a set.</summary>
    internal LocalPlane? Origin { get; init; }

    /// <summary>What is wrong with the option (default: nothing). Each problem begins with the key within the section.</summary>
    internal IReadOnlyList<string> Problems { get; private init; } = [];

    /// <summary>The channels of the position, each of which is kept in double precision.</summary>
    internal IReadOnlyList<int> Channels { get; } = Altitude is { } altitude ? [Latitude, Longitude, altitude] : [Latitude, Longitude];

    /// <summary>Reads the option <c>position</c> of an input's section; null where the option is missing.</summary>
    internal static GeoPosition? Read(InputSection section)
    {
        if (section.Json["position"] is not JsonObject option) return null;
        string[] channels = section.Names("channels");
        (string Key, string Name)[] named = [.. option.Where(o => o.Key != "origin").Select(o => (o.Key, o.Value!.GetValue<string>()))];
        var origin = option["origin"] as JsonObject;
        string expected = $"expected a channel of its own among {string.Join(", ", channels)}";
        return new GeoPosition(IndexOf("latitude")!.Value, IndexOf("longitude")!.Value, IndexOf("altitude"))
        {
            Origin = origin is null
                ? null
                : new LocalPlane(origin["latitude"]!.GetValue<double>(), origin["longitude"]!.GetValue<double>(), (double?)origin["altitude"] ?? 0),
            Problems =
            [
                .. option["altitude"] is null && origin?["altitude"] is not null
                    ? ["position.origin.altitude is there, expected none: without position.altitude every height is 0"]
                    : Array.Empty<string>(),
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

    /// <summary>Makes the plane from whose origin metres count.</summary>
    /// <param name="first">The numbers of the first reading or element, which is the origin where none is stated.</param>
    /// <param name="layout">Where they are.</param>
    internal LocalPlane PlaneFrom(ReadOnlySpan<float> first, NumberLayout layout)
        => Origin ?? new(layout.Exact(first, Latitude), layout.Exact(first, Longitude), Altitude is { } a ? layout.Exact(first, a) : 0);

    /// <summary>Writes the metres of a position in the place of its degrees.</summary>
    /// <param name="plane">The plane of the origin.</param>
    /// <param name="numbers">The numbers of the reading or element.</param>
    /// <param name="layout">Where they are.</param>
    /// <param name="values"><c>(C)</c>: receives the metres, in the channels of the position.</param>
    internal void WriteMetres(LocalPlane plane, ReadOnlySpan<float> numbers, NumberLayout layout, Span<float> values)
    {
        (double east, double north, double up) = plane.ToMetres(
            layout.Exact(numbers, Latitude), layout.Exact(numbers, Longitude), Altitude is { } a ? layout.Exact(numbers, a) : 0);
        (values[Longitude], values[Latitude]) = ((float)east, (float)north);
        if (Altitude is { } altitude) values[altitude] = (float)up;
    }
}

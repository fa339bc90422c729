using System.Globalization;
using System.Text;

namespace StreamPerceiver.Recordings.Ros.Payloads;

/// <summary>Writes point clouds as PCD 0.7 (the Point Cloud Library), binary and little-endian.</summary>
internal static class PcdFile
{
    /// <summary>The content type.</summary>
    public const string ContentType = "application/x-pcd";

    /// <summary>Writes points as a PCD file.</summary>
    /// <param name="fields">Name, kind and count of the numbers of a point, in their order.</param>
    /// <param name="width">Points of a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="points">The points, one after the other without padding.</param>
    public static byte[] Write(IReadOnlyList<(string Name, RosKind Kind, long Count)> fields, long width, long height, ReadOnlySpan<byte> points)
    {
        string header = string.Create(CultureInfo.InvariantCulture, $"""
            VERSION 0.7
            FIELDS {Words(f => f.Name)}
            SIZE {Words(f => f.Kind.Bytes())}
            TYPE {Words(f => TypeOf(f.Kind))}
            COUNT {Words(f => f.Count)}
            WIDTH {width}
            HEIGHT {height}
            VIEWPOINT 0 0 0 1 0 0 0
            POINTS {width * height}
            DATA binary

            """);
        return [.. Encoding.UTF8.GetBytes(header), .. points];

        string Words<T>(Func<(string Name, RosKind Kind, long Count), T> part)
            => string.Join(' ', fields.Select(f => Convert.ToString(part(f), CultureInfo.InvariantCulture)));
    }

    private static char TypeOf(RosKind kind) => kind switch
    {
        RosKind.Float32 or RosKind.Float64 => 'F',
        RosKind.Int8 or RosKind.Int16 or RosKind.Int32 => 'I',
        _ => 'U',
    };
}

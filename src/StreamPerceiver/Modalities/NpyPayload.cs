using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities;

/// <summary>
/// Reads <c>application/x-npy</c>: one array as NumPy's save writes it, of formats 1.0 to 3.0. Elements are floats of 16 to 64 bits, whole numbers or
/// bools, in either byte order. The array is in C or Fortran order. A number becomes the nearest float32.
/// </summary>
internal static class NpyPayload
{
    public const string MediaType = "application/x-npy";

    /// <summary>
    /// Reads an array of the shape (<paramref name="columns"/>), or a series of the shape (up to <paramref name="mostRows"/>, <paramref name="columns"/>), row
    /// by row. Numbers may be of any size, NaN or infinity.
    /// </summary>
    /// <exception cref="BadPayloadException">The payload is no such array.</exception>
    public static (double[] Numbers, bool IsSeries) ReadSeries(byte[] payload, int mostRows, int columns)
    {
        NpyArray array = Parse(payload);
        return array.Shape switch
        {
            [var length] when length == columns => (array.ToDoubles(), false),
            [var rows, var width] when rows <= mostRows && width == columns => (array.ToDoubles(), true),
            _ => throw Misfit(array, $"({columns}) or (0 to {mostRows}, {columns})"),
        };
    }

    /// <summary>Reads an array of the shape (up to <paramref name="mostRows"/>, <paramref name="columns"/>), row by row.</summary>
    /// <exception cref="BadPayloadException">The payload is no such array, or a number in it is not finite in float32.</exception>
    public static float[] ReadRows(byte[] payload, int mostRows, int columns) => Numbers(ParseRows(payload, mostRows, columns));

    /// <summary>
    /// Reads an array of the shape (up to <paramref name="mostRows"/>, <paramref name="columns"/>), row by row, in double precision. Numbers may be of any
    /// size, NaN or infinity.
    /// </summary>
    /// <exception cref="BadPayloadException">The payload is no such array.</exception>
    public static double[] ReadExactRows(byte[] payload, int mostRows, int columns) => ParseRows(payload, mostRows, columns).ToDoubles();

    private static NpyArray ParseRows(byte[] payload, int mostRows, int columns)
    {
        NpyArray array = Parse(payload);
        return array.Shape is [var rows, var width] && rows <= mostRows && width == columns ? array : throw Misfit(array, $"(0 to {mostRows}, {columns})");
    }

    private static float[] Numbers(NpyArray array)
    {
        float[] values = array.ToNearestFloats();
        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        return bad < 0
            ? values
            : throw new BadPayloadException(RejectionReason.WrongShape, $"number {bad} is {array.ToDoubles()[bad]}, expected a finite float32");
    }

    private static NpyArray Parse(byte[] payload)
    {
        try
        {
            return Npy.Parse(payload);
        }
        catch (InvalidDataException e)
        {
            throw new BadPayloadException(RejectionReason.Undecodable, $"the payload {e.Message}", e);
        }
    }

    private static BadPayloadException Misfit(NpyArray array, string expected)
        => new(RejectionReason.WrongShape, $"the array is ({string.Join(", ", array.Shape)}), expected {expected}");
}

using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities;

/// <summary>
/// Reads <c>application/x-npy</c>: one array as NumPy's save writes it, formats 1.0 to 3.0, float32 or float64, little-endian, in C or Fortran order.
/// </summary>
internal static class NpyPayload
{
    public const string MediaType = "application/x-npy";

    /// <summary>Reads an array of the shape (<paramref name="count"/>).</summary>
    /// <exception cref="BadPayloadException">The payload is no such array, or a number in it is not finite in float32.</exception>
    public static float[] ReadRow(byte[] payload, int count)
    {
        NpyArray array = Parse(payload);
        return array.Shape is [var length] && length == count ? Numbers(array) : throw Misfit(array, $"({count})");
    }

    /// <summary>Reads an array of the shape (up to <paramref name="mostRows"/>, <paramref name="columns"/>), row by row.</summary>
    /// <exception cref="BadPayloadException">The payload is no such array, or a number in it is not finite in float32.</exception>
    public static float[] ReadRows(byte[] payload, int mostRows, int columns)
    {
        NpyArray array = Parse(payload);
        return array.Shape is [var rows, var width] && rows <= mostRows && width == columns
            ? Numbers(array)
            : throw Misfit(array, $"(0 to {mostRows}, {columns})");
    }

    private static float[] Numbers(NpyArray array)
    {
        float[] values = array.Type == NpyType.F32 ? array.ToFloats() : Array.ConvertAll(array.ToDoubles(), value => (float)value);
        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        return bad < 0
            ? values
            : throw new BadPayloadException(RejectionReason.WrongShape, $"number {bad} is {array.ToDoubles()[bad]}, expected a finite float32");
    }

    private static NpyArray Parse(byte[] payload)
    {
        try
        {
            NpyArray array = Npy.Parse(payload);
            return array.Type is NpyType.F32 or NpyType.F64
                ? array
                : throw new InvalidDataException($"holds elements of type {array.Type}: expected F32 or F64");
        }
        catch (InvalidDataException e)
        {
            throw new BadPayloadException(RejectionReason.Undecodable, $"the payload {e.Message}", e);
        }
    }

    private static BadPayloadException Misfit(NpyArray array, string expected)
        => new(RejectionReason.WrongShape, $"the array is ({string.Join(", ", array.Shape)}), expected {expected}");
}

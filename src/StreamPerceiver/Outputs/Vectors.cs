namespace StreamPerceiver.Outputs;

/// <summary>Arithmetic of vectors that several kinds of outputs need.</summary>
internal static class Vectors
{
    /// <summary>Divides a vector by its Euclidean length, computed in float64. A vector of zeros stays as it is.</summary>
    public static float[] Normalise(IReadOnlyList<float> vector)
    {
        double length = Math.Sqrt(vector.Sum(v => (double)v * v));
        return [.. vector.Select(v => length > 0 ? (float)(v / length) : v)];
    }
}

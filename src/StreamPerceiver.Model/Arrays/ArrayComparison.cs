using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>How one array differs between two files.</summary>
/// <param name="Name">The array's name.</param>
/// <param name="Shape">The array's sizes; the first file's where the two differ.</param>
/// <param name="Largest">Largest absolute difference; infinite where only one of two numbers is finite, or two infinities differ.</param>
/// <param name="At">Flat index of the largest difference.</param>
/// <param name="RootMeanSquare">Root mean square of all differences.</param>
/// <param name="Problem">Why the arrays cannot be compared; null where they can.</param>
public sealed record ArrayComparison(string Name, IReadOnlyList<long> Shape, double Largest, long At, double RootMeanSquare, string? Problem)
{
    /// <summary>Compares all arrays of two files, in ordinal order of names. It skips an input of a model that only one file has.</summary>
    public static IReadOnlyList<ArrayComparison> CompareFiles(IReadOnlyDictionary<string, NpyArray> first, IReadOnlyDictionary<string, NpyArray> second) =>
    [
        .. first.Keys.Union(second.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Where(name => !NamedArrays.IsInput(name) || (first.ContainsKey(name) && second.ContainsKey(name)))
            .Select(name => Compare(name, first.GetValueOrDefault(name), second.GetValueOrDefault(name))),
    ];

    /// <summary>Tells whether the arrays can be compared and no difference exceeds the tolerance.</summary>
    public bool IsWithin(double tolerance) => Problem is null && Largest <= tolerance;

    private static ArrayComparison Compare(string name, NpyArray? a, NpyArray? b)
    {
        if (a is null || b is null) return Incomparable(name, (a ?? b)!, $"only in the {(a is null ? "second" : "first")} file");
        if (!a.Shape.SequenceEqual(b.Shape))
            return Incomparable(name, a, $"{ShapeText.Of(a.Shape)} in the first file, {ShapeText.Of(b.Shape)} in the second");
        double[] x = a.ToDoubles();
        double[] y = b.ToDoubles();
        (double largest, long at, double squares) = (0, 0, 0);
        for (int i = 0; i < x.Length; i++)
        {
            double difference = x[i].Equals(y[i]) ? 0 : Math.Abs(x[i] - y[i]);
            if (double.IsNaN(difference))
                difference = double.PositiveInfinity;
            if (difference > largest)
                (largest, at) = (difference, i);
            squares += difference * difference;
        }

        return new(name, a.Shape, largest, at, x.Length == 0 ? 0 : Math.Sqrt(squares / x.Length), null);
    }

    private static ArrayComparison Incomparable(string name, NpyArray array, string problem) =>
        new(name, array.Shape, double.PositiveInfinity, 0, double.PositiveInfinity, problem);
}

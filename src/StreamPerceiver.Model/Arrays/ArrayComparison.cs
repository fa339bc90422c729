using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>How one array differs between two files.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Sizes, of the first file's where they differ.</param>
/// <param name="Largest">Largest absolute difference; infinite where only one of two numbers is finite, or they are different non-numbers.</param>
/// <param name="At">Flat index of the largest difference.</param>
/// <param name="RootMeanSquare">Root mean square of all differences.</param>
/// <param name="Problem">Why the arrays cannot be compared; null where they can.</param>
public sealed record ArrayComparison(string Name, IReadOnlyList<long> Shape, double Largest, long At, double RootMeanSquare, string? Problem)
{
    /// <summary>Compares all arrays of two files, in ordinal order of their names. What a model takes, and only one file has, is passed over.</summary>
    public static IReadOnlyList<ArrayComparison> Of(IReadOnlyDictionary<string, NpyArray> first, IReadOnlyDictionary<string, NpyArray> second) =>
    [
        .. first.Keys.Union(second.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Where(name => !NamedArrays.IsInput(name) || (first.ContainsKey(name) && second.ContainsKey(name)))
            .Select(name => Of(name, first.GetValueOrDefault(name), second.GetValueOrDefault(name))),
    ];

    /// <summary>Whether nothing differs by more than this, and everything could be compared.</summary>
    public bool IsWithin(double tolerance) => Problem is null && Largest <= tolerance;

    private static ArrayComparison Of(string name, NpyArray? a, NpyArray? b)
    {
        if (a is null || b is null)
            return new(name, (a ?? b)!.Shape, double.PositiveInfinity, 0, double.PositiveInfinity, $"only in the {(a is null ? "second" : "first")} file");
        if (!a.Shape.SequenceEqual(b.Shape))
            return new(name, a.Shape, double.PositiveInfinity, 0, double.PositiveInfinity, $"{ShapeText.Of(a.Shape)} in the first file, {ShapeText.Of(b.Shape)} in the second");
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
}

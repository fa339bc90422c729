namespace StreamPerceiver.Outputs;

/// <summary>The points of a dense output that are decoded: a coarser grid, or a list of points. The others cost nothing.</summary>
/// <param name="Every">Along time, every so many-th frame, patch or step from the first on is decoded (1: all).</param>
/// <param name="Stride">Along height and width, every so many-th point from the first on is decoded (1: all).</param>
/// <param name="Listed">The coordinates of single points, slowest axis first; null for the grid.</param>
public sealed record PointChoice(int Every, int Stride, IReadOnlyList<IReadOnlyList<int>>? Listed)
{
    /// <summary>Reads the keys <c>every</c>, <c>stride</c> and <c>points</c>; null where the section has none of them.</summary>
    internal static PointChoice? Read(OutputSection section)
    {
        int[][]? listed = section.Json["points"]?.AsArray().Select(p => p!.AsArray().Select(x => (int)x!.GetValue<double>()).ToArray()).ToArray();
        int? every = section.Number("every"), stride = section.Number("stride");
        return every is null && stride is null && listed is null ? null : new PointChoice(every ?? 1, stride ?? 1, listed);
    }

    /// <summary>Checks the choice against what the model gives.</summary>
    internal IEnumerable<string> Problems(OutputShape shape)
    {
        if (shape is not DenseShape { Grid: var grid })
            return ["stride, every and points choose points of a dense output, expected none of them"];
        return Listed is null ? GridProblems(grid) : ListProblems(Listed, grid);
    }

    /// <summary>Makes the question of the chosen points.</summary>
    internal OutputQuestion Ask(string output, DenseShape whole)
    {
        if (Listed is not null)
        {
            int[] listed = [.. Listed.Select(p => p.Zip(whole.Grid).Aggregate(0, (flat, at) => flat * at.Second + at.First))];
            return new OutputQuestion(output, whole.At([listed.Length], listed), listed);
        }

        int[] steps = [.. whole.Grid.Select((_, axis) => IsTime(axis, whole.Grid.Count) ? Every : Stride)];
        IEnumerable<int> points = [0];
        for (int axis = 0; axis < steps.Length; axis++)
        {
            int size = whole.Grid[axis], step = steps[axis];
            points = points.SelectMany(flat => Enumerable.Range(0, Kept(size, step)).Select(i => flat * size + i * step));
        }

        return new OutputQuestion(output, whole.At([.. whole.Grid.Zip(steps, Kept)]), [.. points]);

        static int Kept(int size, int step) => (size + step - 1) / step;
    }

    // A grid of two axes is a picture. One of one axis or of three begins with time.
    private static bool IsTime(int axis, int axes) => axis == 0 && axes != 2;

    private IEnumerable<string> GridProblems(IReadOnlyList<int> grid)
    {
        if (Every > 1 && grid.Count == 2) yield return $"every is {Every}, expected none: the output is a picture of {Sizes(grid)} points, without a time";
        if (Stride > 1 && grid.Count == 1) yield return $"stride is {Stride}, expected none: the output is a line of {Sizes(grid)} points, without a height";
    }

    private IEnumerable<string> ListProblems(IReadOnlyList<IReadOnlyList<int>> listed, IReadOnlyList<int> grid)
    {
        if (Every > 1 || Stride > 1) yield return "points are given beside every or stride, expected one of them";
        for (int i = 0; i < listed.Count; i++)
        {
            if (listed[i].Count != grid.Count || listed[i].Zip(grid).Any(p => p.First >= p.Second))
                yield return $"points[{i}] is {string.Join(", ", listed[i])}, expected a point of a grid of {Sizes(grid)}, counted from 0";
        }
    }

    private static string Sizes(IReadOnlyList<int> grid) => string.Join(" x ", grid);
}

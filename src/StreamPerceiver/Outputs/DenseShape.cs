namespace StreamPerceiver.Outputs;

/// <summary>Numbers at the points of a grid, such as the flow of every pixel. (Grid, Channels), or (points, Channels) of chosen points.</summary>
/// <param name="Content">What the numbers are.</param>
/// <param name="Grid">Sizes of the axes, slowest first: frames, height and width of a video; height and width of a picture; patches of a sound.</param>
/// <param name="Channels">Numbers of a point: red, green and blue; flow along x and y; the samples of a patch.</param>
public sealed record DenseShape(DenseContent Content, IReadOnlyList<int> Grid, int Channels) : OutputShape([.. Grid, Channels])
{
    /// <summary>The flat indices of points of the grid that are a list and no grid; null (default) where the points are the grid.</summary>
    public IReadOnlyList<int>? Listed { get; init; }

    /// <summary>Of pictures, the numbers of the bytes 0 and 255 of red, green and blue in training (default: 0 and 1).</summary>
    public IReadOnlyList<(float Zero, float Full)> Ranges { get; init; } = [(0, 1), (0, 1), (0, 1)];

    /// <summary>What one of the model's units is in the units that are published densely, such as the pixels of a flow (default: 1).</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Returns the shape of some of the points.</summary>
    /// <param name="grid">Sizes of the axes of the points.</param>
    /// <param name="listed">The flat indices of points that are a list; null (default) for a grid.</param>
    internal DenseShape At(IReadOnlyList<int> grid, IReadOnlyList<int>? listed = null)
        => new(Content, grid, Channels) { Listed = listed, Ranges = Ranges, Scale = Scale };
}

/// <summary>What the numbers of a dense output are.</summary>
public enum DenseContent
{
    /// <summary>Numbers of each token of an input, such as optical flow.</summary>
    Field,

    /// <summary>Colours of the points of a video.</summary>
    Pictures,

    /// <summary>Samples of sound.</summary>
    Sound,
}

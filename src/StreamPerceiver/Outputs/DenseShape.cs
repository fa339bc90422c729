namespace StreamPerceiver.Outputs;

/// <summary>Numbers at the points of a grid, such as the flow of every pixel. (Grid, Channels), or (points, Channels) of chosen points.</summary>
/// <param name="Content">What the numbers are.</param>
/// <param name="Grid">Sizes of the axes, slowest first: frames, height and width of a video; height and width of a picture; patches of a sound.</param>
/// <param name="Channels">Numbers of a point: red, green and blue; flow along x and y; the samples of a patch.</param>
public sealed record DenseShape(DenseContent Content, IReadOnlyList<int> Grid, int Channels) : OutputShape([.. Grid, Channels])
{
    /// <summary>The flat indices of points of the grid that are a list and no grid; null (default) where the points are the grid.</summary>
    public IReadOnlyList<int>? Listed { get; init; }
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

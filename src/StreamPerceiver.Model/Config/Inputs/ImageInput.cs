namespace StreamPerceiver.Model;

/// <summary>
/// Pixels or square patches of an image, or of a video where <see cref="Frames"/> is set. Content has one row for each patch, ordered by
/// frame, dy, dx and colour, the last fastest. Where a convolution comes first, content has one row for each pixel.
/// </summary>
public sealed record ImageInput : InputConfig
{
    /// <summary>Frames of a video; null (default) for a still image, which has no time axis.</summary>
    public int? Frames { get; init; }

    /// <summary>Frames of one patch (default: 1). Where one patch spans all of several frames, tokens have no time axis (optical flow).</summary>
    public int FramesPerPatch { get; init; } = 1;

    /// <summary>Colour channels (default: 3).</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Height in pixels (required).</summary>
    public required int Height { get; init; }

    /// <summary>Width in pixels (required).</summary>
    public required int Width { get; init; }

    /// <summary>Side of a square patch in pixels (default: 1, where every pixel is a token).</summary>
    public int PatchSize { get; init; } = 1;

    /// <summary>Distance between the rows and columns of pixels that are used (default: 1, where all are used).</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Channels of a linear layer over each patch, or of a 1 x 1 convolution over each pixel; null (default) for none.</summary>
    public int? LinearChannels { get; init; }

    /// <summary>
    /// Channels of a convolution before the tokens: 7 x 7 with stride 2, batch norm, ReLU, 3 x 3 max-pooling with stride 2; null (default) for none.
    /// </summary>
    public int? StemChannels { get; init; }

    /// <summary>Fourier bands of each axis (default: 64).</summary>
    public int NumBands { get; init; } = 64;

    /// <summary>For each axis, the resolution at which the highest band is the Nyquist frequency; null (default) takes the grid.</summary>
    public IReadOnlyList<int>? MaxResolution { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Grid => TokenGrid(ContentGrid);

    /// <inheritdoc/>
    public override IReadOnlyList<int> ContentGrid =>
        HasTime ? [Frames!.Value / FramesPerPatch, PatchesAlong(Height), PatchesAlong(Width)] : [PatchesAlong(Height), PatchesAlong(Width)];

    /// <inheritdoc/>
    public override int ContentChannels => Channels * PatchSize * PatchSize * FramesPerPatch;

    /// <inheritdoc/>
    public override int FeatureChannels => StemChannels ?? LinearChannels ?? ContentChannels;

    /// <summary>Whether the tokens have a time axis.</summary>
    internal bool HasTime => Frames is int frames && (FramesPerPatch == 1 || frames != FramesPerPatch);

    internal override FourierPositions? Fourier => TrainedPositions is null ? new(NumBands, MaxResolution ?? Grid) : null;

    internal override IReadOnlyList<int> TokenGrid(IReadOnlyList<int> contentGrid) => StemChannels is null ? contentGrid : [.. contentGrid.Select(Convolved)];

    // A stride of s keeps pixels 0, s, 2 s ... of an axis.
    private int PatchesAlong(int pixels) => (pixels + Stride - 1) / Stride / PatchSize;

    // The convolution pads 3 pixels on both sides, the pooling pads none, and both round down.
    private static int Convolved(int pixels) => (pixels - 1) / 4;
}

namespace StreamPerceiver.Model;

/// <summary>
/// Text as token ids, usually of UTF-8 bytes. A token is the trained vector of the id plus the trained vector of the place. Content is one id
/// for each token, a whole number from 0. A text may be shorter than <see cref="Length"/>.
/// </summary>
public sealed record TextInput : InputConfig
{
    /// <summary>Longest text in tokens (default: 2048).</summary>
    public int Length { get; init; } = 2048;

    /// <summary>Number of ids (default: 262, bytes and six special tokens).</summary>
    public int Vocabulary { get; init; } = 262;

    /// <summary>Channels of the trained vectors (required).</summary>
    public required int Channels { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Grid => [Length];

    /// <inheritdoc/>
    public override int ContentChannels => 1;

    /// <inheritdoc/>
    public override int FeatureChannels => Channels;

    internal override FourierPositions? Fourier => null;

    internal override bool FitsGrid(IReadOnlyList<int> contentGrid) => contentGrid[0] <= Length;
}

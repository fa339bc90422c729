namespace StreamPerceiver.Model;

/// <summary>
/// A set of unordered entities, such as the units of a game (arXiv:2107.14795, section 4.4): one token for each entity, without positions.
/// Empty slots are masked. A call may bring any number of slots.
/// </summary>
public sealed record SetInput : InputConfig
{
    /// <summary>Slots (required).</summary>
    public required int Slots { get; init; }

    /// <summary>Features of an entity (required).</summary>
    public required int Channels { get; init; }

    /// <summary>Channels of a linear layer over each entity; null (default) for none.</summary>
    public int? LinearChannels { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Grid => [Slots];

    /// <inheritdoc/>
    public override int ContentChannels => Channels;

    /// <inheritdoc/>
    public override int FeatureChannels => LinearChannels ?? ContentChannels;

    internal override FourierPositions? Fourier => null;
}

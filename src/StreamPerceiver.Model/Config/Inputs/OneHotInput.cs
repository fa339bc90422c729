namespace StreamPerceiver.Model;

/// <summary>One token that holds a class as a one-hot row, without a position.</summary>
public sealed record OneHotInput : InputConfig
{
    /// <summary>Classes (required).</summary>
    public required int Classes { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Grid => [1];

    /// <inheritdoc/>
    public override int ContentChannels => Classes;

    internal override FourierPositions? Fourier => null;
}

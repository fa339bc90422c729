namespace StreamPerceiver.Model;

/// <summary>Mono audio, cut into patches of consecutive samples.</summary>
public sealed record AudioInput : InputConfig
{
    /// <summary>Samples of the whole input (required).</summary>
    public required int Samples { get; init; }

    /// <summary>Samples of one token (default: 16).</summary>
    public int SamplesPerPatch { get; init; } = 16;

    /// <summary>Fourier bands (default: 192).</summary>
    public int NumBands { get; init; } = 192;

    /// <summary>Resolution at which the highest band is the Nyquist frequency; null (default) takes the number of samples, as Hugging Face does.</summary>
    public int? MaxResolution { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Grid => [Samples / SamplesPerPatch];

    /// <inheritdoc/>
    public override int ContentChannels => SamplesPerPatch;

    internal override FourierPositions? Fourier => TrainedPositions is null ? new(NumBands, [MaxResolution ?? Samples]) : null;
}

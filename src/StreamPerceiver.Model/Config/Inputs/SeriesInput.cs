namespace StreamPerceiver.Model;

/// <summary>A numeric time series: one token for each step, with positions in time.</summary>
public sealed record SeriesInput : InputConfig
{
    /// <summary>Steps (required).</summary>
    public required int Steps { get; init; }

    /// <summary>Measured values of one step (required).</summary>
    public required int Channels { get; init; }

    /// <summary>Fourier bands (default: 64).</summary>
    public int NumBands { get; init; } = 64;

    /// <summary>Resolution at which the highest band is the Nyquist frequency; null (default) takes the number of steps.</summary>
    public int? MaxResolution { get; init; }

    /// <summary>Mean of each channel in training; null (default) where values are taken as they are. The content of a call has it subtracted already.</summary>
    public IReadOnlyList<double>? Mean { get; init; }

    /// <summary>Standard deviation of each channel in training, above 0; null (default) where there is no mean.</summary>
    public IReadOnlyList<double>? Deviation { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Grid => [Steps];

    /// <inheritdoc/>
    public override int ContentChannels => Channels;

    internal override FourierPositions? Fourier => TrainedPositions is null ? new(NumBands, [MaxResolution ?? Steps]) : null;
}

namespace StreamPerceiver.Training;

/// <summary>Random changes of the training's windows.</summary>
public sealed record AugmentationOptions
{
    /// <summary>The probability that an input is masked, so that the model learns to live without it (default: 0). One input always stays.</summary>
    public double ModalityDropout { get; init; }

    /// <summary>The greatest gain or loss of a sound, in decibels (default: 0).</summary>
    public double GainDb { get; init; }

    /// <summary>The greatest change of a picture's brightness, as a share of its range (default: 0).</summary>
    public double Brightness { get; init; }

    /// <summary>The greatest change of a picture's contrast, as a share (default: 0).</summary>
    public double Contrast { get; init; }
}

namespace StreamPerceiver.Flow;

/// <summary>One input of a pipeline, as all stages know it.</summary>
/// <param name="Name">The model input that it feeds.</param>
/// <param name="Topic">The topic that it is read from.</param>
/// <param name="Required">A window without it is skipped; otherwise it is masked.</param>
public abstract record InputSpec(string Name, string Topic, bool Required)
{
    /// <summary>Added to the event time of every record, for a clock that is known to be behind (more than 0) or ahead, in nanoseconds (default: 0).</summary>
    public long ClockOffsetNs { get; init; }

    /// <summary>Bytes of this input in a window that is in work: its data in place, and its tokens with their mask.</summary>
    /// <param name="windowNs">Length of the window, in nanoseconds.</param>
    public abstract long WindowBytes(long windowNs);

    /// <summary>Samples or steps at a rate in a window.</summary>
    private protected static long Steps(int rateHz, long windowNs) => (long)((Int128)rateHz * windowNs / EventTime.PerSecond);
}

/// <summary>Frames, one record each.</summary>
/// <param name="Name">The model input that it feeds.</param>
/// <param name="Topic">The topic that it is read from.</param>
/// <param name="Required">A window without it is skipped; otherwise it is masked.</param>
/// <param name="Width">Frames are resized to this width, in pixels.</param>
/// <param name="Height">Frames are resized to this height, in pixels.</param>
/// <param name="Frames">Slots in a window, evenly spaced; each takes the nearest frame.</param>
/// <param name="ToleranceNs">A frame further than this from the middle of a slot does not fill it, in nanoseconds.</param>
/// <param name="Patch">Side of the square patch that is one token, in pixels.</param>
public sealed record VideoSpec(string Name, string Topic, bool Required, int Width, int Height, int Frames, long ToleranceNs, int Patch)
    : InputSpec(Name, Topic, Required)
{
    /// <inheritdoc/>
    public override long WindowBytes(long windowNs) => 3L * Frames * Height * Width * (sizeof(byte) + sizeof(float));
}

/// <summary>Chunks of sound, mono after decoding.</summary>
/// <param name="Name">The model input that it feeds.</param>
/// <param name="Topic">The topic that it is read from.</param>
/// <param name="Required">A window without it is skipped; otherwise it is masked.</param>
/// <param name="RateHz">Sample rate after decoding, in samples a second.</param>
/// <param name="SamplesPerPatch">Samples that make one token.</param>
public sealed record AudioSpec(string Name, string Topic, bool Required, int RateHz, int SamplesPerPatch)
    : InputSpec(Name, Topic, Required)
{
    /// <inheritdoc/>
    public override long WindowBytes(long windowNs) => Steps(RateHz, windowNs) * (sizeof(float) + sizeof(bool) + sizeof(float));
}

/// <summary>Numeric readings, put on an even grid.</summary>
/// <param name="Name">The model input that it feeds.</param>
/// <param name="Topic">The topic that it is read from.</param>
/// <param name="Required">A window without it is skipped; otherwise it is masked.</param>
/// <param name="Channels">Names of the values in a reading, in the model's order.</param>
/// <param name="RateHz">Steps of the grid, a second.</param>
/// <param name="Interpolation">How a step gets its value from the readings.</param>
/// <param name="ToleranceNs">A reading further than this from a step does not speak for it, in nanoseconds.</param>
public sealed record SensorSpec(
    string Name, string Topic, bool Required, IReadOnlyList<string> Channels, int RateHz, Interpolation Interpolation, long ToleranceNs)
    : InputSpec(Name, Topic, Required)
{
    /// <inheritdoc/>
    public override long WindowBytes(long windowNs) => Steps(RateHz, windowNs) * (Channels.Count * sizeof(float) + sizeof(bool) + sizeof(byte));
}

/// <summary>Sets of entities or points, one record each; a window takes the latest.</summary>
/// <param name="Name">The model input that it feeds.</param>
/// <param name="Topic">The topic that it is read from.</param>
/// <param name="Required">A window without it is skipped; otherwise it is masked.</param>
/// <param name="Channels">Names of the numbers of an element, in the model's order.</param>
/// <param name="Slots">Most elements; those that are not there are masked. One token each.</param>
public sealed record SetSpec(string Name, string Topic, bool Required, IReadOnlyList<string> Channels, int Slots) : InputSpec(Name, Topic, Required)
{
    /// <inheritdoc/>
    public override long WindowBytes(long windowNs) => (long)Slots * (2 * Channels.Count * sizeof(float) + sizeof(byte));
}

/// <summary>Texts, one record each; a window takes the latest.</summary>
/// <param name="Name">The model input that it feeds.</param>
/// <param name="Topic">The topic that it is read from.</param>
/// <param name="Required">A window without it is skipped; otherwise it is masked.</param>
/// <param name="Length">Tokens: one a byte of UTF-8, and two around them.</param>
public sealed record TextSpec(string Name, string Topic, bool Required, int Length) : InputSpec(Name, Topic, Required)
{
    /// <summary>Tokens around a text: one that starts it, and one that ends it.</summary>
    public const int Frame = 2;

    /// <summary>Most bytes of a text.</summary>
    public int LongestText => Length - Frame;

    /// <inheritdoc/>
    public override long WindowBytes(long windowNs) => (long)Length * (sizeof(byte) + sizeof(float) + sizeof(byte));
}

/// <summary>How a step of a grid gets its value from the readings around it.</summary>
public enum Interpolation
{
    /// <summary>The nearest reading; the earlier one of two as near.</summary>
    Nearest,

    /// <summary>The last reading at or before the step.</summary>
    Hold,

    /// <summary>On the line between the readings before and after the step; beyond the first or last one, that reading.</summary>
    Linear,
}

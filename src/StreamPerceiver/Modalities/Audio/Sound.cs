using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>A sound in a payload, as its header states it. Nothing is decoded yet.</summary>
/// <param name="rateHz">Sample rate, in hertz.</param>
/// <param name="channels">The number of channels.</param>
/// <param name="frames">The number of frames: samples of all channels at one time.</param>
internal abstract class Sound(int rateHz, int channels, long frames)
{
    /// <summary>Sample rate, in hertz.</summary>
    public int RateHz { get; } = rateHz;

    /// <summary>The number of channels.</summary>
    public int Channels { get; } = channels;

    /// <summary>The number of frames.</summary>
    public long Frames { get; } = frames;

    /// <summary>Whether <see cref="Frames"/> is the most that it can have, and it may end before (default: false).</summary>
    public virtual bool MayEndEarly => false;

    /// <summary>Where it begins, in nanoseconds since the record's event time (default: 0).</summary>
    public virtual long StartNs => 0;

    /// <summary>Begins to decode it.</summary>
    /// <exception cref="BadPayloadException">The sound cannot be decoded.</exception>
    public abstract ISoundReader Open();
}

/// <summary>Gives the samples of a sound, one after the other.</summary>
internal interface ISoundReader : IDisposable
{
    /// <summary>Reads the next whole frames, channel by channel in each. Returns how many numbers it has read; 0 at the end.</summary>
    /// <param name="samples">Receives the numbers, -1 to 1; its length is a multiple of the channels.</param>
    /// <exception cref="BadPayloadException">The sound is damaged or cut off.</exception>
    int Read(Span<float> samples);
}

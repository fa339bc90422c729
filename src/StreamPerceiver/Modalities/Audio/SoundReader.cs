using NAudio.Wave;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>
/// Converts decoded sound to mono at the pipeline's rate. Each record is resampled alone, so its result does not depend on other records.
/// </summary>
internal static class SoundReader
{
    /// <summary>The greatest sample rate of a payload, in samples a second.</summary>
    public const int MaxRateHz = 384_000;

    /// <summary>The greatest number of channels of a payload.</summary>
    public const int MaxChannels = 64;

    /// <summary>Most seconds of sound in a payload: its header may claim so low a rate that a few kilobytes last for days.</summary>
    public const int MaxSeconds = 600;

    private const int FramesAtOnce = 4096;

    /// <summary>Reads all of a sound as one chunk.</summary>
    /// <param name="record">The record that it is from.</param>
    /// <param name="source">The sound, any number of channels.</param>
    /// <param name="rateHz">The rate wanted, in samples a second.</param>
    /// <exception cref="BadPayloadException">There is no sample in it, one that is not finite, or more than <see cref="MaxSeconds"/>.</exception>
    public static AudioChunk ReadChunk(RawRecord record, ISampleProvider source, int rateHz)
    {
        float[] samples = ToMono(source, rateHz);
        if (samples.Length == 0) throw new BadPayloadException(RejectionReason.Undecodable, "the sound has no sample, expected one or more");
        if (Array.FindIndex(samples, s => !float.IsFinite(s)) is >= 0 and var bad)
            throw new BadPayloadException(RejectionReason.WrongShape, $"sample {bad} is {samples[bad]}, expected a finite number");
        long duration = Math.Max(1, (long)((Int128)samples.Length * EventTime.PerSecond / rateHz));
        return new AudioChunk(record.Stream, record.Time, duration, record.Record.Offset, samples);
    }

    private static float[] ToMono(ISampleProvider source, int rateHz)
    {
        int channels = source.WaveFormat.Channels;
        if (source.WaveFormat.SampleRate != rateHz) source = new Resampler(source, rateHz);

        var mono = new List<float>();
        var buffer = new float[channels * FramesAtOnce];
        for (int read; (read = source.Read(buffer)) > 0;)
        {
            if (mono.Count + (long)(read / channels) > (long)rateHz * MaxSeconds)
                throw new BadPayloadException(RejectionReason.WrongShape, $"it lasts longer than {MaxSeconds} s, expected at most that");
            for (int at = 0; at + channels <= read; at += channels)
            {
                float sum = 0;
                for (int c = 0; c < channels; c++) sum += buffer[at + c];
                mono.Add(sum / channels);
            }
        }

        return [.. mono];
    }
}

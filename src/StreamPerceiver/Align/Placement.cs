using StreamPerceiver.Decode;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>Places one input's samples in a window. Pure: the same samples give the same result whatever order they came in.</summary>
internal static class Placement
{
    /// <summary>
    /// How long past its end a sample of an input may speak for slots or steps of the windows that follow, in nanoseconds. None speaks for the time
    /// before it in a window that it does not lie in: that would be to wait for what may come.
    /// </summary>
    public static long ReachNs(InputSpec spec, long sizeNs) => spec switch
    {
        VideoSpec video => Math.Max(0, video.ToleranceNs - sizeNs / (2 * video.Frames)), // slots are looked at in their middles
        SensorSpec sensor => sensor.ToleranceNs,
        _ => 0,
    };

    /// <param name="spec">The input.</param>
    /// <param name="samples">Its samples that touch the window, by time and then offset.</param>
    /// <param name="start">First instant of the window.</param>
    /// <param name="sizeNs">Length of the window.</param>
    /// <returns>The data, and the share of it that is there.</returns>
    public static (AlignedInput Data, double Coverage) Place(InputSpec spec, ReadOnlySpan<MediaSample> samples, EventTime start, long sizeNs) => spec switch
    {
        VideoSpec video => Video(video, samples, start, sizeNs),
        AudioSpec audio => Audio(audio, samples, start, sizeNs),
        SensorSpec sensor => SensorGrid.Place(sensor, samples, start, sizeNs),
        SetSpec => Latest(samples, start, sizeNs) is SetReading set ? (new AlignedSet(set.Elements), 1) : (new AlignedSet(null), 0),
        TextSpec => Latest(samples, start, sizeNs) is TextReading text ? (new AlignedText(text.Utf8), 1) : (new AlignedText(null), 0),
        _ => throw new StreamPerceiverException($"input {spec.Name}: no placement for {spec.GetType().Name}"),
    };

    private static MediaSample? Latest(ReadOnlySpan<MediaSample> samples, EventTime start, long sizeNs)
    {
        for (int i = samples.Length - 1; i >= 0; i--)
            if (samples[i].Time >= start && samples[i].Time < start + sizeNs)
                return samples[i];
        return null;
    }

    /// <summary>Each slot takes the frame nearest to its middle, if one is within the tolerance; of two as near, the earlier.</summary>
    private static (AlignedInput, double) Video(VideoSpec spec, ReadOnlySpan<MediaSample> samples, EventTime start, long sizeNs)
    {
        var slots = new byte[]?[spec.Frames];
        int filled = 0;
        for (int slot = 0; slot < slots.Length; slot++)
        {
            EventTime middle = start + (long)((2 * (Int128)slot + 1) * sizeNs / (2 * spec.Frames));
            long nearest = spec.ToleranceNs + 1;
            foreach (MediaSample sample in samples)
            {
                long distance = Math.Abs(sample.Time - middle);
                if (distance >= nearest) continue;
                nearest = distance;
                slots[slot] = ((VideoFrame)sample).Rgb;
            }

            if (slots[slot] is not null) filled++;
        }

        return (new AlignedVideo(slots), (double)filled / slots.Length);
    }

    /// <summary>Each chunk goes to the sample nearest to its time; where two overlap, the later one holds.</summary>
    private static (AlignedInput, double) Audio(AudioSpec spec, ReadOnlySpan<MediaSample> samples, EventTime start, long sizeNs)
    {
        int length = (int)((Int128)spec.RateHz * sizeNs / EventTime.PerSecond);
        var placed = new float[length];
        var filled = new bool[length];
        foreach (MediaSample sample in samples)
        {
            float[] chunk = ((AudioChunk)sample).Samples;
            long at = NearestIndex(sample.Time - start, spec.RateHz);
            int from = (int)Math.Clamp(-at, 0, chunk.Length);
            int count = (int)Math.Clamp(length - (at + from), 0, chunk.Length - from);
            if (count == 0) continue;
            chunk.AsSpan(from, count).CopyTo(placed.AsSpan((int)(at + from)));
            filled.AsSpan((int)(at + from), count).Fill(true);
        }

        return (new AlignedAudio(placed, filled), (double)filled.AsSpan().Count(true) / length);
    }

    /// <summary>Sample index nearest to a time, halves up; integers all the way.</summary>
    private static long NearestIndex(long fromStartNs, int rateHz)
    {
        Int128 twice = 2 * (Int128)fromStartNs * rateHz + EventTime.PerSecond;
        Int128 whole = 2 * (Int128)EventTime.PerSecond;
        Int128 quotient = twice / whole;
        return (long)(twice % whole < 0 ? quotient - 1 : quotient);
    }
}

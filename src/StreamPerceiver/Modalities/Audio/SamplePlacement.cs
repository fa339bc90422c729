using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>Places chunks of sound in a window, sample by sample.</summary>
internal static class SamplePlacement
{
    /// <summary>Places each chunk at the sample nearest to its time. Where two chunks overlap, the later one counts.</summary>
    public static (AlignedInput Data, double Coverage) Place(ReadOnlySpan<MediaSample> samples, EventTime start, int rateHz, int length)
    {
        var placed = new float[length];
        var filled = new bool[length];
        foreach (MediaSample sample in samples)
        {
            float[] chunk = ((AudioChunk)sample).Samples;
            long at = NearestIndex(sample.Time - start, rateHz);
            int from = (int)Math.Clamp(-at, 0, chunk.Length);
            int count = (int)Math.Clamp(length - (at + from), 0, chunk.Length - from);
            if (count == 0) continue;
            chunk.AsSpan(from, count).CopyTo(placed.AsSpan((int)(at + from)));
            filled.AsSpan((int)(at + from), count).Fill(true);
        }

        return (new AlignedAudio(placed, filled), (double)filled.AsSpan().Count(true) / length);
    }

    /// <summary>Finds the sample index nearest to a time. Halves are rounded up, in integer arithmetic.</summary>
    private static long NearestIndex(long fromStartNs, int rateHz)
    {
        Int128 twice = 2 * (Int128)fromStartNs * rateHz + EventTime.PerSecond;
        Int128 whole = 2 * (Int128)EventTime.PerSecond;
        Int128 quotient = twice / whole;
        return (long)(twice % whole < 0 ? quotient - 1 : quotient);
    }
}

using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>Places chunks of sound in a window, sample by sample.</summary>
internal static class SamplePlacement
{
    /// <summary>Places each chunk at the sample nearest to its time. Where two chunks overlap, the later one counts.</summary>
    public static (AlignedInput Data, double Coverage) Place(
        ReadOnlySpan<MediaSample> samples, EventTime start, int rateHz, int length, List<WindowSlot>? slots)
    {
        var placed = new float[length];
        var filled = new bool[length];
        int[]? sources = slots is null ? null : new int[length]; // of each sound sample: 1 + the index of the chunk that it is from
        for (int i = 0; i < samples.Length; i++)
        {
            float[] chunk = ((AudioChunk)samples[i]).Samples;
            long at = NearestIndex(samples[i].Time - start, rateHz);
            int from = (int)Math.Clamp(-at, 0, chunk.Length);
            int count = (int)Math.Clamp(length - (at + from), 0, chunk.Length - from);
            if (count == 0) continue;
            chunk.AsSpan(from, count).CopyTo(placed.AsSpan((int)(at + from)));
            filled.AsSpan((int)(at + from), count).Fill(true);
            sources?.AsSpan((int)(at + from), count).Fill(i + 1);
        }

        if (sources is not null) AddRuns(sources, start, rateHz, slots!);
        return (new AlignedAudio(placed, filled), (double)filled.AsSpan().Count(true) / length);
    }

    private static void AddRuns(ReadOnlySpan<int> sources, EventTime start, int rateHz, List<WindowSlot> slots)
    {
        for (int first = 0, next; first < sources.Length; first = next)
        {
            int source = sources[first];
            next = first + 1;
            while (next < sources.Length && sources[next] == source) next++;
            EventTime from = Time(first);
            slots.Add(new WindowSlot(
                first, next - first, from, from, Time(next), source > 0 ? SlotFill.Part : SlotFill.Masked, Math.Max(0, source - 1), Math.Min(1, source)));
        }

        EventTime Time(int index) => start + (long)((Int128)index * EventTime.PerSecond / rateHz);
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

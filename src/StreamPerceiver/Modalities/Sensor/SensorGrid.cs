using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>
/// Places readings on an even grid: step i of n is at start + window * i / n, rounded down to a nanosecond. The cell of a step reaches to the next step.
/// </summary>
internal static class SensorGrid
{
    /// <summary>Fills each step from the readings around it that are within the tolerance, or from those in its cell.</summary>
    public static (AlignedInput Data, double Coverage) Place(
        SensorSpec spec, ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs, int steps, List<WindowSlot>? slots)
    {
        int channels = spec.Channels.Count;
        var values = new float[steps * channels];
        var filled = new bool[steps];
        int next = 0; // the first reading after the step
        int count = 0;
        bool usesCells = spec.Interpolation is Interpolation.Mean or Interpolation.Peak;
        (long distance, long rest) = Math.DivRem(windowNs, steps);
        EventTime at = start;
        long behind = 0; // how far the step's true time is behind "at", in parts of 1 / steps nanoseconds
        for (int step = 0; step < steps; step++)
        {
            Span<float> target = values.AsSpan(step * channels, channels);
            (SlotFill Fill, int First, int Count) source;
            EventTime following = at + distance;
            behind += rest;
            if (behind >= steps) (following, behind) = (following + 1, behind - steps);
            if (usesCells)
            {
                while (next < samples.Length && samples[next].Time < at) next++;
                int first = next;
                while (next < samples.Length && samples[next].Time < following) next++;
                source = FillCell(spec, samples, first, next, at, target);
            }
            else
            {
                while (next < samples.Length && samples[next].Time <= at) next++;
                source = FillStep(spec, samples, next, at, target);
            }

            filled[step] = source.Fill != SlotFill.Masked;
            if (filled[step]) count++;
            slots?.Add(new WindowSlot(step, 1, at, at, following, source.Fill, source.First, source.Count));
            at = following;
        }

        return (new AlignedSeries(values, filled), (double)count / steps);
    }

    // The readings of the cell are those from the first index up to the next one.
    private static (SlotFill Fill, int First, int Count) FillCell(
        SensorSpec spec, ReadOnlySpan<MediaSample> samples, int first, int next, EventTime at, Span<float> target)
    {
        if (first == next) return Copy(SlotFill.Held, first > 0 ? WithinTolerance(samples[first - 1], at, spec) : null, first - 1, target);
        for (int c = 0; c < target.Length; c++)
        {
            double sum = 0;
            float peak = 0;
            for (int i = first; i < next; i++)
            {
                float value = ((SensorReading)samples[i]).Values[c];
                sum += value;
                if (Math.Abs(value) > Math.Abs(peak)) peak = value;
            }

            target[c] = spec.Interpolation == Interpolation.Mean ? (float)(sum / (next - first)) : peak;
        }

        return (spec.Interpolation == Interpolation.Mean ? SlotFill.Mean : SlotFill.Peak, first, next - first);
    }

    // The next index is that of the first reading after the step.
    private static (SlotFill Fill, int First, int Count) FillStep(
        SensorSpec spec, ReadOnlySpan<MediaSample> samples, int next, EventTime at, Span<float> target)
    {
        SensorReading? before = next > 0 ? WithinTolerance(samples[next - 1], at, spec) : null;
        SensorReading? after = next < samples.Length ? WithinTolerance(samples[next], at, spec) : null;
        if (spec.Interpolation == Interpolation.Linear && before is not null && after is not null && after.Time - before.Time <= spec.MaxGapNs)
        {
            double share = (double)(at - before.Time) / (after.Time - before.Time);
            for (int c = 0; c < target.Length; c++) target[c] = (float)(before.Values[c] + share * ((double)after.Values[c] - before.Values[c]));
            return before.Time == at ? (SlotFill.Nearest, next - 1, 1) : (SlotFill.Interpolated, next - 1, 2);
        }

        if (spec.Interpolation == Interpolation.Hold) return Copy(SlotFill.Held, before, next - 1, target);
        bool isAfterNearer = after is not null && (before is null || after.Time - at < at - before.Time);
        return isAfterNearer ? Copy(SlotFill.Nearest, after, next, target) : Copy(SlotFill.Nearest, before, next - 1, target);
    }

    private static SensorReading? WithinTolerance(MediaSample sample, EventTime at, SensorSpec spec)
        => Math.Abs(sample.Time - at) <= spec.ToleranceNs ? (SensorReading)sample : null;

    private static (SlotFill Fill, int First, int Count) Copy(SlotFill fill, SensorReading? reading, int index, Span<float> target)
    {
        reading?.Values.CopyTo(target);
        return reading is null ? (SlotFill.Masked, 0, 0) : (fill, index, 1);
    }
}

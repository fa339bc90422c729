using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>Places readings on an even grid: step i of n is at start + window * i / n, rounded down to a nanosecond.</summary>
internal static class SensorGrid
{
    /// <summary>Fills each step from the readings around it that are within the tolerance.</summary>
    public static (AlignedInput Data, double Coverage) Place(SensorSpec spec, ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs, int steps)
    {
        int channels = spec.Channels.Count;
        var values = new float[steps * channels];
        var filled = new bool[steps];
        int next = 0; // the first reading after the step
        int count = 0;
        (long distance, long rest) = Math.DivRem(windowNs, steps);
        EventTime at = start;
        long behind = 0; // how far the step's true time is behind "at", in parts of 1 / steps nanoseconds
        for (int step = 0; step < steps; step++)
        {
            while (next < samples.Length && samples[next].Time <= at) next++;
            SensorReading? before = next > 0 ? WithinTolerance(samples[next - 1], at, spec) : null;
            SensorReading? after = next < samples.Length ? WithinTolerance(samples[next], at, spec) : null;
            Span<float> target = values.AsSpan(step * channels, channels);
            filled[step] = FillStep(spec.Interpolation, before, after, at, target);
            if (filled[step]) count++;
            at += distance;
            behind += rest;
            if (behind < steps) continue;
            at += 1;
            behind -= steps;
        }

        return (new AlignedSeries(values, filled), (double)count / steps);
    }

    private static SensorReading? WithinTolerance(MediaSample sample, EventTime at, SensorSpec spec)
        => Math.Abs(sample.Time - at) <= spec.ToleranceNs ? (SensorReading)sample : null;

    private static bool FillStep(Interpolation how, SensorReading? before, SensorReading? after, EventTime at, Span<float> target)
    {
        if (how == Interpolation.Linear && before is not null && after is not null)
        {
            double share = (double)(at - before.Time) / (after.Time - before.Time);
            for (int c = 0; c < target.Length; c++) target[c] = (float)(before.Values[c] + share * ((double)after.Values[c] - before.Values[c]));
            return true;
        }

        SensorReading? chosen = how switch
        {
            Interpolation.Hold => before,
            Interpolation.Nearest when before is not null && after is not null => after.Time - at < at - before.Time ? after : before,
            _ => before ?? after,
        };
        chosen?.Values.CopyTo(target);
        return chosen is not null;
    }
}

using StreamPerceiver.Decode;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>Puts readings on an even grid: step i stands at start + i / rate.</summary>
internal static class SensorGrid
{
    public static (AlignedInput Data, double Coverage) Place(SensorSpec spec, IReadOnlyList<MediaSample> samples, EventTime start, long sizeNs)
    {
        int steps = (int)((Int128)spec.RateHz * sizeNs / EventTime.PerSecond);
        int channels = spec.Channels.Count;
        var values = new float[steps * channels];
        var filled = new bool[steps];
        int next = 0; // the first reading after the step
        int count = 0;
        for (int step = 0; step < steps; step++)
        {
            EventTime at = start + (long)((Int128)step * EventTime.PerSecond / spec.RateHz);
            while (next < samples.Count && samples[next].Time <= at) next++;
            var before = Near(next - 1, at);
            var after = Near(next, at);
            Span<float> target = values.AsSpan(step * channels, channels);
            filled[step] = Fill(spec.Interpolation, before, after, at, target);
            if (filled[step]) count++;
        }

        return (new AlignedSeries(values, filled), (double)count / steps);

        SensorReading? Near(int index, EventTime at)
            => index >= 0 && index < samples.Count && Math.Abs(samples[index].Time - at) <= spec.ToleranceNs ? (SensorReading)samples[index] : null;
    }

    private static bool Fill(Interpolation how, SensorReading? before, SensorReading? after, EventTime at, Span<float> target)
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

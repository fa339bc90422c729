using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>
/// Makes the readings of a window relative to its first one, or to the last one before it if the window has none. Positions become metres, and counts become
/// increases. Other channels stay as they are.
/// </summary>
internal static class RelativeReadings
{
    /// <summary>Converts the readings of a window.</summary>
    /// <param name="spec">The input.</param>
    /// <param name="readings">Readings in the order of time.</param>
    /// <param name="layout">Where their numbers are.</param>
    /// <param name="start">First instant of the window.</param>
    public static MediaSample[] Of(SensorSpec spec, ReadOnlySpan<MediaSample> readings, NumberLayout layout, EventTime start)
    {
        if (readings.IsEmpty) return [];
        int first = 0;
        while (first < readings.Length - 1 && readings[first].Time < start) first++;
        LocalPlane? plane = spec.Position?.PlaneFrom(((SensorReading)readings[first]).Values, layout);
        var relative = new MediaSample[readings.Length];
        for (int i = 0; i < relative.Length; i++)
        {
            var reading = (SensorReading)readings[i];
            float[] values = reading.Values[..layout.Channels];
            if (plane is not null) spec.Position!.WriteMetres(plane, reading.Values, layout, values);
            relative[i] = reading with { Values = values };
        }

        foreach (Counter counter in spec.Counters) WriteIncreases(counter, readings, layout, first, relative);
        return relative;
    }

    private static void WriteIncreases(Counter counter, ReadOnlySpan<MediaSample> readings, NumberLayout layout, int first, MediaSample[] relative)
    {
        double increase = 0;
        for (int i = first; i < relative.Length; i++)
        {
            if (i > first) increase += counter.Increase(CountAt(readings[i - 1]), CountAt(readings[i]));
            ((SensorReading)relative[i]).Values[counter.Channel] = (float)increase;
        }

        increase = 0;
        for (int i = first - 1; i >= 0; i--)
        {
            increase -= counter.Increase(CountAt(readings[i]), CountAt(readings[i + 1]));
            ((SensorReading)relative[i]).Values[counter.Channel] = (float)increase;
        }

        double CountAt(MediaSample reading) => layout.Exact(((SensorReading)reading).Values, counter.Channel);
    }
}

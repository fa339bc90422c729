using System.Globalization;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Recordings.Explain.Picture;

/// <summary>Maps event times to pixels, and finds the ticks of the axis.</summary>
/// <param name="from">The time at the left end.</param>
/// <param name="to">The time at the right end.</param>
/// <param name="left">The left end, in pixels.</param>
/// <param name="width">The width, in pixels.</param>
internal sealed class TimeScale(EventTime from, EventTime to, double left, double width)
{
    // Room for the label of a tick.
    private const double TickWidth = 120;

    /// <summary>Returns the place of a time; one beyond an end is at that end.</summary>
    public double X(EventTime time) => left + width * Math.Clamp((double)(time - from) / (to - from), 0, 1);

    /// <summary>Returns whether a time is between the ends.</summary>
    public bool Has(EventTime time) => time >= from && time <= to;

    /// <summary>The ticks, at round times, with their labels in UTC. No two labels overlap.</summary>
    public IEnumerable<(double X, string Label)> Ticks()
    {
        int number = 0;
        while ((double)(to - from) / Step(number) > width / TickWidth) number++;
        long step = Step(number);
        long first = (from.Nanoseconds + step - 1) / step * step;
        for (long at = first; at <= to.Nanoseconds; at += step) yield return (X(new EventTime(at)), Text(new EventTime(at), step));
    }

    // 1, 2, 5, 10, 20, 50 and so on.
    private static long Step(int number) => (long)Math.Pow(10, number / 3) * (number % 3) switch { 0 => 1, 1 => 2, _ => 5 };

    private static string Text(EventTime time, long step)
    {
        int digits = 0;
        for (long unit = EventTime.PerSecond; step % unit != 0; unit /= 10) digits++;
        DateTime utc = DateTime.UnixEpoch.AddTicks(time.Nanoseconds / 100);
        string whole = utc.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        long fraction = time.Nanoseconds % EventTime.PerSecond;
        return digits == 0 ? whole : $"{whole}.{fraction.ToString("D9", CultureInfo.InvariantCulture)[..digits]}";
    }
}

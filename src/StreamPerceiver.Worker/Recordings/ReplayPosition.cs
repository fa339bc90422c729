using System.Globalization;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Worker.Recordings;

/// <summary>Describes how far a replay has come, in one line: a bar, the position, the rate and the time left.</summary>
/// <param name="firstNs">The first time of receipt, in nanoseconds since 1970.</param>
/// <param name="lastNs">The last one.</param>
/// <param name="loops">How often the recording is played (default: once); null: without end.</param>
internal sealed class ReplayPosition(long firstNs, long lastNs, int? loops = 1)
{
    private const int Width = 20;

    /// <summary>Describes how far a replay has come.</summary>
    /// <param name="receivedNs">The time of receipt that the replay is at.</param>
    /// <param name="loop">The number of the loop, from 0.</param>
    /// <param name="elapsed">The time since the start.</param>
    /// <param name="rate">How many times as fast as they were received records are played; 0: as fast as it goes, of which the mean is shown.</param>
    /// <param name="isPaused">Whether it is paused.</param>
    public string Describe(long receivedNs, int loop, TimeSpan elapsed, double rate, bool isPaused = false)
    {
        double length = Math.Max(1, lastNs - firstNs), at = Math.Clamp((receivedNs - firstNs) / length, 0, 1);
        double done = loops is { } count ? (loop + at) / count : at;
        double speed = rate > 0 ? rate : (loop + at) * length / EventTime.PerSecond / Math.Max(1e-3, elapsed.TotalSeconds);
        int marks = (int)(Width * done);
        string bar = $"[{new string('=', marks)}{new string(' ', Width - marks)}]";
        string of = loops == 1 ? "" : loops is null ? $"loop {loop + 1}, " : $"loop {loop + 1} of {loops}, ";
        string left = loops is { } all && speed > 0
            ? $", {TimeSpan.FromSeconds(Math.Round(Math.Min(1e9, (all - loop - at) * length / EventTime.PerSecond / speed))):c} left"
            : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{bar} {100 * done,3:F0} %, {of}at {new EventTime(receivedNs)}, {(isPaused ? "paused at " : "")}{Round(speed)}x{left}");
    }

    private static string Round(double rate) => rate.ToString(rate < 10 ? "G2" : "0", CultureInfo.InvariantCulture);
}

using System.CommandLine;
using StreamPerceiver.Flow;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Recordings.Files;

namespace StreamPerceiver.Worker.Recordings;

/// <summary>The options that choose a part of a recording by time of receipt: as times, or as seconds from its start.</summary>
internal sealed class RangeOptions
{
    private const double MostSeconds = 1e9;

    private readonly Option<string?> _from = new("--from") { Description = "The first time of receipt, RFC 3339 (default: all)." };

    private readonly Option<string?> _until = new("--until")
    {
        Description = "The time of receipt before which records are read, RFC 3339 (default: all).",
    };

    private readonly Option<double?> _start = new("--start") { Description = "Instead of --from: seconds after the recording's first record." };

    private readonly Option<double?> _duration = new("--duration") { Description = "Instead of --until: seconds after the first record that is read." };

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_from, _until, _start, _duration];

    /// <summary>Reads the part of a recording that is asked for: from a time, until before another, in nanoseconds since 1970.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="times">The first and the last time of receipt of the recording.</param>
    /// <exception cref="StreamPerceiverException">A value is no such number or time, or two options are for the same end of the part.</exception>
    public (long FromNs, long UntilNs) Read(ParseResult parsed, (long FirstNs, long LastNs) times)
    {
        RequireOne(parsed, _from, _start);
        RequireOne(parsed, _until, _duration);
        long from = Nanoseconds(parsed, _start) is { } start ? times.FirstNs + start : Time(parsed, _from, times.FirstNs);
        long until = Nanoseconds(parsed, _duration) is { } length ? Math.Max(from, times.FirstNs) + length : Time(parsed, _until, long.MaxValue);
        return (from, until);
    }

    private static void RequireOne(ParseResult parsed, Option one, Option other)
    {
        if (parsed.GetResult(one) is not null && parsed.GetResult(other) is not null)
            throw new StreamPerceiverException($"{CommandLines.VerbOf(parsed)}: {one.Name} and {other.Name} are given, expected one of them");
    }

    private static long? Nanoseconds(ParseResult parsed, Option<double?> option) => parsed.GetValue(option) switch
    {
        null => null,
        >= 0 and <= MostSeconds and var seconds => (long)(seconds * EventTime.PerSecond),
        var seconds => throw new StreamPerceiverException(FormattableString.Invariant($"{option.Name} is {seconds}, expected 0 to {MostSeconds} seconds")),
    };

    private static long Time(ParseResult parsed, Option<string?> option, long otherwise)
        => RecordingCommand.Time(option.Name, parsed.GetValue(option), otherwise);
}

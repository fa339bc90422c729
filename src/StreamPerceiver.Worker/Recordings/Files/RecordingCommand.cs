using System.CommandLine;
using System.Globalization;
using StreamPerceiver.Flow;
using StreamPerceiver.Worker.Recordings.Cases;
using StreamPerceiver.Worker.Recordings.Conversion;
using StreamPerceiver.Worker.Recordings.Import;

namespace StreamPerceiver.Worker.Recordings.Files;

/// <summary><c>recording</c>: the verbs for files of recordings.</summary>
internal static class RecordingCommand
{
    public static Command Create() => new("recording", "Shows, checks and changes recordings: MCAP files, of this program or of others.")
    {
        InfoCommand.Create(),
        DoctorCommand.Create(),
        RecoverCommand.Create(),
        CutCommand.Create(),
        MergeCommand.Create(),
        ConvertCommand.Create(),
        CasesCommand.Create(),
        ImportCommand.Create(),
    };

    /// <summary>The files and folders that a verb reads.</summary>
    public static Argument<string[]> Places() => new("recording")
    {
        Description = "MCAP files, and folders of them.",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>The file that a verb writes.</summary>
    public static Option<string> Out() => new("--out", "-o") { Description = "The file to write.", Required = true };

    /// <summary>Whether a verb may replace the file that it writes.</summary>
    public static Option<bool> Force() => new("--force") { Description = "Replaces the file to write, if it is there." };

    /// <summary>Reads an option that is a time.</summary>
    /// <exception cref="StreamPerceiverException">It is none.</exception>
    public static long Time(string option, string? text, long otherwise)
    {
        if (text is null) return otherwise;
        return EventTime.TryParse(text, out EventTime time)
            ? time.Nanoseconds
            : throw new StreamPerceiverException($"{option} is '{text}', expected an RFC 3339 time");
    }

    /// <summary>Formats a count with the word for it, such as <c>1 message</c> or <c>2 messages</c>.</summary>
    public static string Count(long count, string one) => string.Create(CultureInfo.InvariantCulture, $"{count} {one}{(count == 1 ? "" : "s")}");

    /// <summary>Formats a span of times; nothing where it is empty.</summary>
    public static string Span(long firstNs, long lastNs, long count)
    {
        if (count == 0) return "";
        double seconds = (lastNs - firstNs) / (double)EventTime.PerSecond;
        return string.Create(CultureInfo.InvariantCulture, $" from {new EventTime(firstNs)} to {new EventTime(lastNs)} ({seconds:F3} s)");
    }
}

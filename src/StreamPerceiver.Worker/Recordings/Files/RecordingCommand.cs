using System.CommandLine;
using StreamPerceiver.Worker.Recordings.Cases;

namespace StreamPerceiver.Worker.Recordings.Files;

/// <summary><c>recording</c>: the verbs for files of recordings.</summary>
internal static class RecordingCommand
{
    public static Command Create() => new("recording", "Shows, checks and changes recordings: MCAP files, of this program or of others.")
    {
        InfoCommand.Create(),
        CasesCommand.Create(),
    };

    /// <summary>The files and folders that a verb reads.</summary>
    public static Argument<string[]> Places() => new("recording")
    {
        Description = "MCAP files, and folders of them.",
        Arity = ArgumentArity.OneOrMore,
    };
}

using System.CommandLine;

namespace StreamPerceiver.Worker.Recordings.Export;

/// <summary><c>windows</c>: the windows of a pipeline, for other tools.</summary>
internal static class WindowsCommand
{
    public static Command Create() => new("windows", "Cuts recordings into the windows that a pipeline would give its model.")
    {
        ExportCommand.Create(),
    };
}

using System.ComponentModel.DataAnnotations;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings;

namespace StreamPerceiver.Worker.Settings;

/// <summary>The recording of what the worker reads.</summary>
public sealed record RecordingSettings
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Recording";

    /// <summary>The folder of the recordings (default: none, nothing is recorded). Each start of a pipeline begins files of its own.</summary>
    public string? Folder { get; init; }

    /// <summary>The size beyond which the next file is begun, in mebibytes (default: 1024).</summary>
    [Range(1, 1 << 20)]
    public int FileMb { get; init; } = 1024;

    /// <summary>The time beyond which the next file is begun, in seconds (default: 3600).</summary>
    [Range(1, 604_800)]
    public int FileSeconds { get; init; } = 3600;

    /// <summary>How often a file is made to reach the disk (fsync), in seconds (default: 5).</summary>
    [Range(0, 3600)]
    public int SyncSeconds { get; init; } = 5;

    /// <summary>The most that may wait to be written, of each pipeline, in mebibytes (default: 64). It is beyond the memory budget.</summary>
    [Range(1, 65_536)]
    public int QueueMb { get; init; } = 64;

    /// <summary>The size, time and fsync of files.</summary>
    internal RecordingOptions Options => new()
    {
        FileBytes = (long)FileMb << 20,
        FileNs = FileSeconds * EventTime.PerSecond,
        SyncNs = SyncSeconds * EventTime.PerSecond,
    };
}

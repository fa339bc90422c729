using System.ComponentModel.DataAnnotations;

namespace StreamPerceiver.Batch;

/// <summary>When a micro-batch closes.</summary>
public sealed record BatchOptions
{
    /// <summary>The name of the section in appsettings.json.</summary>
    public const string Section = "Batch";

    /// <summary>The greatest number of windows in a batch (default: 4).</summary>
    [Range(1, 64)]
    public int MaxWindows { get; init; } = 4;

    /// <summary>The longest time that the oldest window of a batch waits for others, in milliseconds (default: 20).</summary>
    [Range(0, 5_000)]
    public int MaxWaitMs { get; init; } = 20;
}

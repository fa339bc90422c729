namespace StreamPerceiver.Publish;

/// <summary>What a topic takes, and how long it keeps it.</summary>
public sealed record TopicLimit
{
    /// <summary>The limits of a topic whose settings are not known: any size, and only the present as timestamp.</summary>
    public static TopicLimit Unknown { get; } = new();

    /// <summary>The largest record, in bytes, with everything that the broker counts (default: no limit).</summary>
    public long MaxBytes { get; init; } = long.MaxValue;

    /// <summary>Whether a record must have a key, as in a compacted topic (default: no).</summary>
    public bool NeedsKey { get; init; }

    /// <summary>How far a timestamp may be behind the present, in milliseconds; null (default): it must be the present.</summary>
    public long? MaxAgeMs { get; init; }

    /// <summary>How far a timestamp may be ahead of the present, in milliseconds; null (default): it must be the present.</summary>
    public long? MaxAheadMs { get; init; }

    /// <summary>
    /// Returns the timestamp that a record gets. That is the wanted one where its distance from the present is at most half of what the topic takes and
    /// keeps, so that readers have the other half. Otherwise it is the present.
    /// </summary>
    /// <param name="wantedMs">The wanted timestamp, in milliseconds since 1970; null: the present.</param>
    /// <param name="nowMs">The present, in milliseconds since 1970.</param>
    public long Timestamp(long? wantedMs, long nowMs)
    {
        if (wantedMs is not { } wanted || MaxAgeMs is not { } age || MaxAheadMs is not { } ahead) return nowMs;
        return wanted >= 0 && nowMs - wanted <= age / 2 && wanted - nowMs <= ahead / 2 ? wanted : nowMs;
    }
}

namespace StreamPerceiver.Recordings.Import;

/// <summary>What became of a topic of a bag.</summary>
/// <param name="topic">The topic in the bag.</param>
/// <param name="type">The name of its type.</param>
public sealed class TopicReport(string topic, string type)
{
    private const int MostReasons = 20;

    private readonly Dictionary<string, long> _reasons = new(StringComparer.Ordinal);

    /// <summary>The topic in the bag.</summary>
    public string Topic => topic;

    /// <summary>The name of its type.</summary>
    public string Type => type;

    /// <summary>The topic at Kafka; null: the map has no entry for the topic.</summary>
    public string? To { get; internal set; }

    /// <summary>Messages of the topic in the bag.</summary>
    public long Messages { get; internal set; }

    /// <summary>Messages that were read.</summary>
    public long Read { get; internal set; }

    /// <summary>Messages that became records.</summary>
    public long Imported { get; internal set; }

    /// <summary>Messages without a stamp, or with one of 0, whose event time is that of the log.</summary>
    public long LogTimes { get; internal set; }

    /// <summary>Numbers that were left out of readings, because they are NaN or infinite.</summary>
    public long NotFinite { get; internal set; }

    /// <summary>Why messages that were read did not become records, with how many. Reasons beyond the twentieth are counted together.</summary>
    public IReadOnlyDictionary<string, long> LeftOut => _reasons;

    /// <summary>Counts a message that does not become a record.</summary>
    internal void LeaveOut(string reason)
    {
        string key = _reasons.Count < MostReasons || _reasons.ContainsKey(reason) ? reason : "other reasons";
        _reasons[key] = _reasons.GetValueOrDefault(key) + 1;
    }
}

using System.Collections.Concurrent;

namespace StreamPerceiver.Publish;

/// <summary>
/// The limits of the topics that a pipeline writes: what the brokers tell at the start, and what is learnt from records that they refuse. Thread-safe.
/// </summary>
public sealed class TopicLimits
{
    private readonly ConcurrentDictionary<string, TopicLimit> _byTopic = new(StringComparer.Ordinal);

    /// <summary>Returns the limits of a topic.</summary>
    public TopicLimit Of(string topic) => _byTopic.GetValueOrDefault(topic, TopicLimit.Unknown);

    /// <summary>Sets the limits of a topic as the brokers tell them. What was learnt about the topic is forgotten.</summary>
    public void Set(string topic, TopicLimit limit) => _byTopic[topic] = limit;

    /// <summary>Learns that a topic refuses records of a size. Smaller ones are tried.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="bytes">The size of the refused record.</param>
    public void LearnTooLarge(string topic, long bytes)
        => _byTopic[topic] = Of(topic) is var known && known.MaxBytes < bytes ? known : known with { MaxBytes = bytes - 1 };

    /// <summary>Learns that a topic refuses a timestamp other than the present.</summary>
    public void LearnOnlyPresent(string topic) => _byTopic[topic] = Of(topic) with { MaxAgeMs = null, MaxAheadMs = null };
}

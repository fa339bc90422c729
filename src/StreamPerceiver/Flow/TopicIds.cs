namespace StreamPerceiver.Flow;

/// <summary>
/// Kafka's ids of the inputs' topics. A topic that is deleted and made again has another id. The source learns the ids, and the last stage stores them beside
/// each offset of the progress.
/// </summary>
public sealed class TopicIds
{
    private volatile IReadOnlyDictionary<string, string> _ids = new Dictionary<string, string>();

    /// <summary>Returns the id of a topic; null where the brokers have none.</summary>
    public string? Of(string topic) => _ids.GetValueOrDefault(topic);

    /// <summary>Replaces the ids, by topic.</summary>
    public void Set(IReadOnlyDictionary<string, string> ids) => _ids = ids;
}

using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka;

/// <summary>A topic as the brokers describe it.</summary>
/// <param name="Partitions">Its partition count; 0: there is no such topic.</param>
/// <param name="Id">Its id, which a topic that is made again does not have; null where the brokers have none.</param>
internal sealed record TopicState(int Partitions, string? Id);

/// <summary>The inputs' topics and that of the progress, as they were at the start. Compares them with what the brokers describe later. Pure.</summary>
/// <param name="inputs">The inputs' topics, in the order of the inputs.</param>
/// <param name="progressTopic">The topic of the progress.</param>
/// <param name="start">By topic, the state at the start.</param>
internal sealed class TopicLayout(IReadOnlyList<string> inputs, string progressTopic, IReadOnlyDictionary<string, TopicState> start)
{
    /// <summary>How long a topic may be missing: it is perhaps made again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, TimeSpan> _missingSince = new(StringComparer.Ordinal);

    /// <summary>All topics.</summary>
    public IReadOnlyList<string> Topics { get; } = [.. inputs, progressTopic];

    /// <summary>The number of lanes.</summary>
    public int Lanes => start[inputs[0]].Partitions;

    /// <summary>By topic, the ids at the start.</summary>
    public IReadOnlyDictionary<string, string> Ids
        => start.Where(t => t.Value.Id is not null).ToDictionary(t => t.Key, t => t.Value.Id!, StringComparer.Ordinal);

    /// <summary>Compares the topics with the start. Returns the topics that are missing since this call.</summary>
    /// <param name="now">By topic, the state now.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="LayoutException">The pipeline cannot go on with these topics, nor start again.</exception>
    /// <exception cref="StartAfreshException">An input was made again. A new run reads it from its beginning.</exception>
    public IReadOnlyList<string> Compare(IReadOnlyDictionary<string, TopicState> now, TimeSpan clock)
    {
        List<string> newlyMissing = [.. Topics.Where(t => now[t].Partitions == 0 && _missingSince.TryAdd(t, clock))];
        foreach (string topic in Topics.Where(t => now[t].Partitions > 0)) _missingSince.Remove(topic);
        foreach ((string topic, TimeSpan since) in _missingSince)
            if (clock - since >= Patience)
                throw new LayoutException(
                    $"{topic} was deleted while the pipeline ran, and was not made again in {Patience.TotalSeconds:0} s, expected {start[topic].Partitions} "
                    + "partitions: make it again, then start the worker");

        string[] remade = [.. Topics.Where(t => now[t].Id is { } id && start[t].Id is { } before && id != before)];
        if (remade.Contains(progressTopic))
            throw new LayoutException(
                $"{progressTopic} was deleted and made again while the pipeline ran, so it is not known any more which windows are published: delete it, and "
                + "start with --Kafka:StartFrom=TIME, the time of the last prediction (README, Recipes)");
        if (Topics.Any(t => now[t].Partitions > 0 && now[t].Partitions != start[t].Partitions && !remade.Contains(t))) throw Resized(now);
        if (remade.Length > 0) throw new StartAfreshException($"{string.Join(", ", remade)} was deleted and made again");
        return newlyMissing;
    }

    private LayoutException Resized(IReadOnlyDictionary<string, TopicState> now)
    {
        IEnumerable<string> counts = Topics.Select(t => $"{t} {start[t].Partitions} -> {now[t].Partitions}");
        return new LayoutException(
            $"partition counts have changed ({string.Join(", ", counts)}): keys are in other partitions now, so one entity would be in two lanes. Give all "
            + $"inputs the same count, delete the topic {progressTopic}, and start with --Kafka:StartFrom=TIME, the time of the change (README, Recipes)");
    }
}

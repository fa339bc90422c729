using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Publish;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Recordings.Info;

/// <summary>Counts the windows that a pipeline makes of a recording. It needs no model.</summary>
public sealed class WindowCensus
{
    private const int MostListed = 20, WindowsWaiting = 8;

    private readonly PipelineDefinition _definition;
    private readonly WindowGraph _graph;
    private readonly ClockFacts[] _clocks;
    private readonly long[] _absent;
    private readonly Dictionary<string, EntityCount> _entities = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _rejected = new(StringComparer.Ordinal);
    private long _windows, _complete;

    /// <summary>Makes the graph of a pipeline.</summary>
    /// <param name="definition">The pipeline.</param>
    /// <param name="budget">The budget of the records and windows in memory.</param>
    /// <param name="decoding">How records are decoded (default: without a schema registry).</param>
    public WindowCensus(PipelineDefinition definition, MemoryBudget budget, DecodeOptions? decoding = null)
    {
        _definition = definition;
        _graph = new WindowGraph(definition, new Dictionary<string, InputPreparation>(), WindowsWaiting, budget, decoding);
        _clocks = [.. definition.Inputs.Select(_ => new ClockFacts())];
        _absent = new long[definition.Inputs.Count];
    }

    /// <summary>Runs records through the graph, and events of the runs that read them, in their order. To be called once.</summary>
    /// <param name="events">The records and events. Those of other topics than the pipeline's are passed over.</param>
    public async Task<PipelineInfo> RunAsync(IEnumerable<RecordedEvent> events)
    {
        await using var source = new ObservedSource(
            new RecordedSource(events, () => _graph.NewIntake()), r => _clocks[r.Stream.Input].Add(r.Stream.Entity, r.Record.TimestampMs, r.Time));
        var take = Stage.End<AlignedWindow>(new StageCounts("count"), Take, WindowsWaiting);
        _graph.AlignedWindows.Then(take);
        await _graph.RunAsync(source, [take], CancellationToken.None).ConfigureAwait(false);
        RecordAccount[] accounts = [.. RecordAccount.ByInput(source.Accounts)];
        return new PipelineInfo(
            _definition.Name, _windows, _complete, _graph.SkippedWindows, _rejected,
            [.. _definition.Inputs.Select((input, i) => OfInput(input, i, accounts.FirstOrDefault(a => a.Input == input.Name)))],
            _entities.Count,
            [
                .. _entities.OrderBy(e => e.Value.Complete / (double)e.Value.Windows).ThenBy(e => e.Key, StringComparer.Ordinal).Take(MostListed)
                    .Select(e => OfEntity(e.Key, e.Value)),
            ]);
    }

    private Task Take(Envelope<AlignedWindow> item)
    {
        if (item.Value is { } window) Count(window);
        if (item.Notice is DeadLetter letter) _rejected[letter.Reason.ToString()] = _rejected.GetValueOrDefault(letter.Reason.ToString()) + 1;
        item.Ack?.Release(OutgoingRecords.OutcomeOf(item));
        return Task.CompletedTask;
    }

    private void Count(AlignedWindow window)
    {
        IReadOnlyList<InputPresence> inputs = window.Header.Inputs;
        if (!_entities.TryGetValue(window.Header.Entity, out EntityCount? entity))
            _entities.Add(window.Header.Entity, entity = new EntityCount(new long[inputs.Count]));
        bool isComplete = inputs.All(i => i.Coverage >= 1);
        _windows++;
        entity.Windows++;
        if (isComplete) (_complete, entity.Complete) = (_complete + 1, entity.Complete + 1);
        for (int i = 0; i < inputs.Count; i++)
            if (!inputs[i].Present) (_absent[i], entity.Absent[i]) = (_absent[i] + 1, entity.Absent[i] + 1);
    }

    private InputInfo OfInput(InputSpec input, int i, RecordAccount? account) => new(
        input.Name, input.Topic, account?.Read ?? 0, account?.Late ?? 0, account?.Rejected ?? 0, _absent[i],
        new SortedDictionary<string, long>(
            _graph.EventTimes.Where(t => t.Input == input.Name).ToDictionary(t => NameOf(input, t.Kind), t => t.Count), StringComparer.Ordinal),
        _clocks[i].Offset, _clocks[i].OffEntities);

    private EntityWindows OfEntity(string entity, EntityCount count)
    {
        long most = count.Absent.Max();
        return new EntityWindows(
            entity, count.Windows, count.Complete, most == 0 ? null : _definition.Inputs[Array.IndexOf(count.Absent, most)].Name, most);
    }

    private static string NameOf(InputSpec input, EventTimeKind kind) => kind == EventTimeKind.Timestamp ? "timestamp" : input.TimeSource.Name;

    private sealed class EntityCount(long[] absent)
    {
        public long Windows { get; set; }

        public long Complete { get; set; }

        public long[] Absent { get; } = absent;
    }
}

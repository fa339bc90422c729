using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Tokenise;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Recordings.Explain;

/// <summary>Explains one window of a recording. The records go through the pipeline's own graph, which tells what it does with them. No model runs.</summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="entity">The entity.</param>
/// <param name="start">The first instant of the window.</param>
public sealed class WindowExplainer(PipelineDefinition pipeline, string entity, EventTime start)
{
    private const int WaitingWindows = 8;
    private const int NearestWindows = 4;

    private readonly WindowObserver _observer = new(pipeline, entity, start);
    private IReadOnlyList<InputTokens>? _tokens;

    /// <summary>The window's tokens, in the order of the pipeline's inputs; null until it has run, and where the window gives no prediction.</summary>
    public IReadOnlyList<InputTokens>? Tokens => _tokens;

    /// <summary>What the inputs of the window hold, in their order; empty where <see cref="Tokens"/> is null.</summary>
    public IReadOnlyList<InputContent> Contents => _tokens is not { } tokens || _observer.Window is not { } window
        ? []
        : [.. pipeline.Inputs.Select((input, i) => InputContent.Read(input, window.Inputs[i], tokens[i]))];

    /// <summary>Finds the entity and the start of a window by its id, as a prediction has it. Returns null where a text is no such id.</summary>
    /// <param name="id">The text.</param>
    /// <param name="pipeline">The pipeline.</param>
    public static (string Entity, EventTime Start)? ReadId(string id, PipelineDefinition pipeline)
    {
        int slash = id.LastIndexOf('/');
        string before = $"{pipeline.Name}/";
        if (slash < before.Length || !id.StartsWith(before, StringComparison.Ordinal) || !long.TryParse(id.AsSpan(slash + 1), out long end)) return null;
        return (id[before.Length..slash], new EventTime(end) - pipeline.Align.Plan.SizeNs);
    }

    /// <summary>Runs the records, and explains the window. Once per instance.</summary>
    /// <param name="events">The records, and events of the runs that read them, in their order.</param>
    /// <param name="preparations">How the model's inputs were prepared in training, by name.</param>
    /// <param name="memory">The budget that the bytes of records and windows are counted against.</param>
    /// <param name="decoding">The schemas of a registry, if there is one.</param>
    /// <exception cref="RecordingException">There is no such window. The message names what there is.</exception>
    public async Task<WindowExplanation> RunAsync(
        IEnumerable<RecordedEvent> events, IReadOnlyDictionary<string, InputPreparation> preparations, MemoryBudget memory, DecodeOptions? decoding = null)
    {
        var graph = new WindowGraph(pipeline, preparations, WaitingWindows, memory, decoding, _observer);
        await using var source = new RecordedSource(_observer.Arrivals.Note(events), () => graph.NewIntake());
        ITargetBlock<Envelope<TokenisedWindow>> end = graph.TokeniseWindows()
            .Then(Stage.End<TokenisedWindow>(new StageCounts("explain"), Take, WaitingWindows));
        await graph.RunAsync(source, [end], CancellationToken.None).ConfigureAwait(false);
        return _observer.Window is { } window ? Explain(window) : throw new RecordingException(Missing());
    }

    private Task Take(Envelope<TokenisedWindow> item)
    {
        if (item.Value is { } window && window.Header.Entity == entity && window.Header.Start == start) _tokens ??= window.Inputs;
        item.Ack!.Release(item.Value is not null ? Outcome.Used : Outcome.Skipped);
        return Task.CompletedTask;
    }

    private WindowExplanation Explain(ClosedWindow window)
    {
        WindowHeader header = window.Header;
        return new WindowExplanation(
            pipeline.Name, entity, header.Lane, header.IdIn(pipeline.Name), start, header.End, header.ClosedBy, window.IsEmitted, _observer.Closing!,
            [.. pipeline.Inputs.Select((input, i) => ExplainInput(input, i, window.Inputs[i], header.Inputs[i]))], _observer.Watermarks);
    }

    private ExplainedInput ExplainInput(InputSpec input, int index, ClosedInput closed, InputPresence presence)
    {
        Dictionary<(long Offset, int Index), SampleMark> marks = []; // a run that was killed and started again reads records twice
        foreach (SampleMark mark in _observer.Marks.Where(m => m.Input == index && m.State != SampleState.Rejected))
            marks[(mark.Record.Offset, mark.Index)] = mark;
        if (closed.Version is { } version)
            marks[(version.Offset, version.Index)] = new SampleMark(
                index, _observer.VersionOf(index, version.Offset), version.Index, version.Time, 1, SampleState.Unused, null);
        Dictionary<(long Offset, int Index), int> fills = [];
        ExplainedSlot[] slots = [.. closed.Slots.Select(slot => new ExplainedSlot(
            slot.First, slot.Count, slot.At, slot.From, slot.To, slot.Fill,
            [.. closed.Samples.Skip(slot.FirstSample).Take(slot.Samples).Select(s => Source(s, slot.At))]))];
        ExplainedSample[] samples =
        [
            .. marks.Values.Concat(_observer.Marks.Where(m => m.Input == index && m.State == SampleState.Rejected).DistinctBy(m => m.Record.Offset))
                .OrderBy(m => m.Time).ThenBy(m => m.Record.Order).ThenBy(m => m.Index).Select(Placed),
        ];
        InputTokens? tokens = _tokens?[index];
        return new ExplainedInput(
            input.Name, input.Topic, input.Required, input.IsTable, input.SlotRule(pipeline.Align.Plan.SizeNs), presence.Coverage, presence.StalenessNs,
            tokens?.Tokens, tokens?.Mask.AsSpan().Count((byte)0), closed.Passed, closed.PassedBy, slots, samples);

        // A sample before the window that no slot takes is no part of it.
        ExplainedSample Placed(SampleMark mark)
        {
            int filled = mark.State == SampleState.Unused ? fills.GetValueOrDefault((mark.Record.Offset, mark.Index)) : 0;
            SampleState state = filled > 0 ? SampleState.Used
                : mark.State == SampleState.Unused && mark.Time + mark.DurationNs <= start ? SampleState.Outside
                : mark.State;
            return new ExplainedSample(mark.Record, mark.Index, mark.Time, mark.DurationNs, state, filled, mark.Detail);
        }

        SlotSource Source(MediaSample sample, EventTime at)
        {
            fills[(sample.Offset, sample.Index)] = fills.GetValueOrDefault((sample.Offset, sample.Index)) + 1;
            return new SlotSource(marks[(sample.Offset, sample.Index)].Record.Place, sample.Index, sample.Time - at);
        }
    }

    private string Missing()
    {
        if (_observer.Passed is not { } passed)
        {
            string more = _observer.Entities.Count == WindowObserver.MostEntities ? " and maybe others" : "";
            return $"entity '{entity}' has no record that can be used; expected one of {string.Join(", ", _observer.Entities)}{more}";
        }

        EventTime end = start + pipeline.Align.Plan.SizeNs;
        string[] behind = [.. pipeline.Inputs.Where((_, i) => passed[i] < end).Select((input, i) => input.Name)];
        string open = behind.Length == 0 ? "" : $"; the recording ends before {string.Join(" and ", behind)} has passed its end, {end}";
        string[] nearest =
        [
            .. _observer.Starts.OrderBy(s => UInt128.CreateTruncating(Int128.Abs((Int128)s.Nanoseconds - start.Nanoseconds))).Take(NearestWindows).Order()
                .Select(s => s.ToString()),
        ];
        string expected = nearest.Length == 0 ? "no window of it has closed" : $"the nearest begin at {string.Join(", ", nearest)}";
        return $"entity '{entity}' has no window that begins at {start}{open}; {expected}";
    }
}

using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Ingest;
using StreamPerceiver.Interpret;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Topology;

/// <summary>The same graph without Kafka: records from a list, predictions and rejections to a list. For tests and replays.</summary>
public static class InMemoryRun
{
    /// <summary>Runs the records through a pipeline, in their order; at the end every input counts as caught up.</summary>
    /// <param name="definition">The pipeline.</param>
    /// <param name="perceiver">The model.</param>
    /// <param name="batch">When a micro-batch closes.</param>
    /// <param name="records">The records; a topic that is no input of the pipeline is refused.</param>
    /// <param name="time">The clock of the batcher.</param>
    /// <param name="budget">The memory that there is; null (default) for the default.</param>
    public static async Task<InMemoryResult> RunAsync(
        PipelineDefinition definition, IPerceiver perceiver, BatchOptions batch, IEnumerable<SourceRecord> records, TimeProvider time, MemoryBudget? budget = null)
    {
        var pipeline = new PerceptionPipeline(definition, perceiver, batch, budget ?? new MemoryBudget((long)MemoryBudget.DefaultMb << 20), time);
        await using var source = new ListSource(definition.Inputs, records, pipeline.Ingest, pipeline.Memory);
        await using var sink = new ListSink();
        using var thread = new DedicatedThread("inference");
        await pipeline.RunAsync(source, sink, thread, CancellationToken.None).ConfigureAwait(false);
        return new InMemoryResult(sink.Predictions, sink.Rejections, source.Accounts, pipeline);
    }

    private sealed class ListSource(IReadOnlyList<InputSpec> inputs, IEnumerable<SourceRecord> records, StageCounts counts, MemoryBudget budget) : IRecordSource
    {
        private readonly OffsetLedger[] _ledgers = OneLane(inputs.Count, new LaneHold(budget));

        public IReadOnlyList<RecordAccount> Accounts => inputs.Select((spec, i) => RecordAccount.Of(spec.Name, [_ledgers[i]])).ToArray();

        public async Task ReadAsync(ITargetBlock<Envelope<RawRecord>> target, CancellationToken stop)
        {
            try
            {
                await SendAllAsync(target, stop).ConfigureAwait(false);
            }
            finally
            {
                target.Complete();
            }
        }

        private static OffsetLedger[] OneLane(int inputs, LaneHold hold) => Enumerable.Range(0, inputs).Select(_ => new OffsetLedger(hold)).ToArray();

        private async Task SendAllAsync(ITargetBlock<Envelope<RawRecord>> target, CancellationToken stop)
        {
            Dictionary<int, (EventTime First, EventTime Last)> lanes = []; // event time of each
            var admission = new Admission(counts);
            foreach (SourceRecord record in records)
            {
                if (lanes.TryAdd(record.Partition, (new EventTime(long.MaxValue), default))) await SendAsync(Envelope<RawRecord>.News(new LaneOpened(record.Partition, new Dictionary<string, EventTime>()))).ConfigureAwait(false);
                int input = inputs.Select(i => i.Topic).ToList().IndexOf(record.Topic);
                if (input < 0) throw new StreamPerceiverException($"{record}: not an input of the pipeline, expected one of {string.Join(", ", inputs.Select(i => i.Topic))}");
                Envelope<RawRecord> admitted = admission.Admit(record, input, _ledgers[input].Track(record.Offset));
                if (admitted.Value?.Time is { } time)
                {
                    (EventTime first, EventTime last) = lanes[record.Partition];
                    lanes[record.Partition] = (time < first ? time : first, time > last ? time : last);
                }

                await SendAsync(admitted).ConfigureAwait(false);
            }

            foreach ((int lane, (EventTime first, EventTime last)) in lanes)
                for (int input = 0; input < inputs.Count; input++)
                    await SendAsync(Envelope<RawRecord>.News(new InputCaughtUp(lane, input, first, last))).ConfigureAwait(false);

            async Task SendAsync(Envelope<RawRecord> item)
            {
                if (await target.SendAsync(item, stop).ConfigureAwait(false) && item.Value is not null) counts.CountOut();
            }
        }

        public void CommitSettled()
        {
            foreach (OffsetLedger ledger in _ledgers) ledger.Committable();
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class ListSink : IPredictionSink
    {
        public List<Prediction> Predictions { get; } = [];

        public List<Rejection> Rejections { get; } = [];

        public Task PublishAsync(Envelope<Prediction> item)
        {
            if (item.Value is { } prediction) Predictions.Add(prediction);
            else Rejections.Add((Rejection)item.Notice!);
            item.Ack!.Release(item.Value is null ? Outcome.Rejected : Outcome.Used);
            return Task.CompletedTask;
        }

        public Task FlushAsync() => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>What came of a run in memory.</summary>
/// <param name="Predictions">In the order of publication.</param>
/// <param name="Rejections">Records that could not be used.</param>
/// <param name="Accounts">What became of every record, by input.</param>
/// <param name="Pipeline">The pipeline that ran, with its counts.</param>
public sealed record InMemoryResult(
    IReadOnlyList<Prediction> Predictions, IReadOnlyList<Rejection> Rejections, IReadOnlyList<RecordAccount> Accounts, PerceptionPipeline Pipeline);

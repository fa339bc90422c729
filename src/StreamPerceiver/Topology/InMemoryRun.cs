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
        await using var source = new ListSource(definition, records, pipeline.Ingest, pipeline.Memory);
        await using var sink = new ListSink();
        using var device = new DeviceThread(time);
        await pipeline.RunAsync(source, sink, device.Join(), CancellationToken.None).ConfigureAwait(false);
        return new InMemoryResult(sink.Predictions, sink.Rejections, sink.Late, sink.PoisonWindows, source.Accounts, pipeline);
    }

    private sealed class ListSource(PipelineDefinition definition, IEnumerable<SourceRecord> records, StageCounts counts, MemoryBudget budget) : IRecordSource
    {
        private readonly IReadOnlyList<InputSpec> _inputs = definition.Inputs;
        private readonly LaneHold _lane = new(budget); // lanes do not go here, so all are one
        private readonly SortedDictionary<(int Input, int Lane), OffsetLedger> _ledgers = [];

        public IReadOnlyList<RecordAccount> Accounts => [.. _ledgers.Select(l => RecordAccount.Of(_inputs[l.Key.Input].Name, l.Key.Lane, l.Value))];

        public async Task ReadAsync(ITargetBlock<Envelope<RawRecord>[]> target, CancellationToken stop)
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

        private async Task SendAllAsync(ITargetBlock<Envelope<RawRecord>[]> target, CancellationToken stop)
        {
            Dictionary<int, (EventTime First, EventTime Last)> lanes = []; // event time of each
            var admission = new Admission(_inputs, new EventTimeReader(definition.MaxFutureNs), counts);
            foreach (SourceRecord record in records)
            {
                if (lanes.TryAdd(record.Partition, (new EventTime(long.MaxValue), default))) await SendAsync(Envelope<RawRecord>.News(new LaneOpened(record.Partition, new Dictionary<string, EventTime>()))).ConfigureAwait(false);
                int input = _inputs.Select(i => i.Topic).ToList().IndexOf(record.Topic);
                if (input < 0) throw new StreamPerceiverException($"{record}: not an input of the pipeline, expected one of {string.Join(", ", _inputs.Select(i => i.Topic))}");
                if (!_ledgers.TryGetValue((input, record.Partition), out OffsetLedger? ledger)) _ledgers.Add((input, record.Partition), ledger = new OffsetLedger(_lane));
                Envelope<RawRecord> admitted = admission.Admit(record, input, ledger.Track(record.Offset));
                if (admitted.Value?.Time is { } time)
                {
                    (EventTime first, EventTime last) = lanes[record.Partition];
                    lanes[record.Partition] = (time < first ? time : first, time > last ? time : last);
                }

                await SendAsync(admitted).ConfigureAwait(false);
            }

            foreach ((int lane, (EventTime first, EventTime last)) in lanes)
                for (int input = 0; input < _inputs.Count; input++)
                    await SendAsync(Envelope<RawRecord>.News(new InputCaughtUp(lane, input, first, last))).ConfigureAwait(false);

            async Task SendAsync(Envelope<RawRecord> item)
            {
                if (await target.SendAsync([item], stop).ConfigureAwait(false) && item.Value is not null) counts.CountOut();
            }
        }

        public void CommitSettled()
        {
            foreach (OffsetLedger ledger in _ledgers.Values) ledger.Committable();
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class ListSink : IPredictionSink
    {
        public List<Prediction> Predictions { get; } = [];

        public List<Rejection> Rejections { get; } = [];

        public List<LateRecord> Late { get; } = [];

        public List<PoisonWindow> PoisonWindows { get; } = [];

        public Task PublishAsync(Envelope<Prediction> item)
        {
            switch (item.Value, item.Notice)
            {
                case ({ } prediction, _):
                    Predictions.Add(prediction);
                    item.Ack!.Release(Outcome.Used);
                    break;
                case (_, LateRecord late):
                    Late.Add(late);
                    item.Ack!.Release(Outcome.Late);
                    break;
                case (_, PoisonWindow poison):
                    PoisonWindows.Add(poison);
                    item.Ack!.Release(Outcome.Rejected);
                    break;
                default:
                    Rejections.Add((Rejection)item.Notice!);
                    item.Ack!.Release(Outcome.Rejected);
                    break;
            }

            return Task.CompletedTask;
        }

        public Task FlushAsync() => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>What came of a run in memory.</summary>
/// <param name="Predictions">In the order of publication.</param>
/// <param name="Rejections">Records that could not be used.</param>
/// <param name="Late">Records that came too late, where the pipeline has a late topic.</param>
/// <param name="PoisonWindows">Windows that the model could not run.</param>
/// <param name="Accounts">What became of every record, by input and lane.</param>
/// <param name="Pipeline">The pipeline that ran, with its counts.</param>
public sealed record InMemoryResult(
    IReadOnlyList<Prediction> Predictions,
    IReadOnlyList<Rejection> Rejections,
    IReadOnlyList<LateRecord> Late,
    IReadOnlyList<PoisonWindow> PoisonWindows,
    IReadOnlyList<RecordAccount> Accounts,
    PerceptionPipeline Pipeline);

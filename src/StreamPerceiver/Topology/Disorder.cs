using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Align;
using StreamPerceiver.Decode;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Topology;

/// <summary>How far the records of a stream are out of the order of their event times.</summary>
public sealed class Disorder
{
    private readonly PipelineDefinition _definition;
    private readonly Dictionary<(int Lane, int Input, string Entity), EventTime> _latest = [];
    private readonly Dictionary<(int Lane, int Input), AgreedTime> _agreed = [];
    private readonly long[] _behind;
    private long _behindOthers;

    private Disorder(PipelineDefinition definition) => (_definition, _behind) = (definition, new long[definition.Inputs.Count]);

    /// <summary>By input, how far a sample was behind the furthest of its entity and input, in nanoseconds; the greatest.</summary>
    public IReadOnlyList<long> BehindNs => _behind;

    /// <summary>How far a sample was behind the time that the entities of its partition agree on, in nanoseconds; the greatest.</summary>
    public long BehindOthersNs => _behindOthers;

    /// <summary>Decodes the records of a source, and measures them.</summary>
    /// <param name="definition">The pipeline.</param>
    /// <param name="decoder">The decoder of its inputs.</param>
    /// <param name="memory">The budget that records are counted against.</param>
    /// <param name="source">Makes the source.</param>
    public static async Task<Disorder> MeasureAsync(
        PipelineDefinition definition, Decoder decoder, MemoryBudget memory, Func<Func<Intake>, IRecordSource> source)
    {
        var disorder = new Disorder(definition);
        List<MediaSample> samples = [];
        ITargetBlock<Envelope<RawRecord>[]> measure = Stage.EndOfRun<RawRecord>(Measure, WindowGraph.Items);
        await using IRecordSource records = source(() => new Intake(definition.Inputs, definition.Intake, new StageCounts("ingest"), memory));
        await Task.WhenAll(records.ReadAsync(measure, CancellationToken.None), measure.Completion).ConfigureAwait(false);
        return disorder;

        void Measure(Envelope<RawRecord> item)
        {
            if (item.Value is { } raw)
            {
                samples.Clear();
                decoder.Decode(raw, samples);
                foreach (MediaSample sample in samples) disorder.Note(sample);
            }

            item.Ack?.Release(Outcome.Used);
        }
    }

    /// <summary>Makes the pipeline that waits for all of these records.</summary>
    public PipelineDefinition Waiting() => _definition with
    {
        Align = _definition.Align with
        {
            OutOfOrdernessNs = Math.Max(_definition.Align.OutOfOrdernessNs, _behind.Max()),
            EntityIdleAfterNs = _definition.Align.EntityIdleAfterNs == 0
                ? 0
                : Math.Max(_definition.Align.EntityIdleAfterNs, _behindOthers + _definition.Align.Plan.SizeNs),
        },
    };

    private void Note(MediaSample sample)
    {
        (int lane, string entity, int input) = sample.Stream;
        if (_definition.Inputs[input].IsTable) return;
        EventTime latest = _latest.GetValueOrDefault((lane, input, entity), EventTime.None);
        if (sample.Time > latest) _latest[(lane, input, entity)] = sample.Time;
        else _behind[input] = Math.Max(_behind[input], latest - sample.Time);
        if (!_agreed.TryGetValue((lane, input), out AgreedTime? agreed))
            _agreed.Add((lane, input), agreed = new AgreedTime(stepNs: 1, _definition.Align.LeastSamples));
        if (agreed.Time != EventTime.None) _behindOthers = Math.Max(_behindOthers, agreed.Time - sample.Time);
        agreed.OnSample(entity, sample.Time);
    }
}

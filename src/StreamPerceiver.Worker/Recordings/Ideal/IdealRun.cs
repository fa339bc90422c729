using System.Globalization;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Decode;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Schemas;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Pipelines;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Recordings.Ideal;

/// <summary>
/// Compares the windows of a recorded run with those that it would have had if nothing had been late or silent: each input waits for its record that is
/// furthest behind. Both are cut without the model.
/// </summary>
/// <param name="settings">Memory, batches and decoding.</param>
/// <param name="definition">The pipeline.</param>
/// <param name="logs">Receives the log of the registry.</param>
/// <param name="output">Receives the windows that differ.</param>
internal sealed class IdealRun(WorkerSettings settings, PipelineDefinition definition, ILoggerFactory logs, TextWriter output)
{
    private const int MostLines = 20, MostRecords = 3;

    /// <summary>Returns the pipeline that waits for all records, once the windows that differ are printed.</summary>
    /// <param name="events">Reads the records and events of the recording, from their beginning at each call.</param>
    /// <exception cref="StreamPerceiverException">The windows that wait for all records do not fit the memory budget.</exception>
    public async Task<PipelineDefinition> CompareAsync(Func<IEnumerable<RecordedEvent>> events)
    {
        using var registry = new RegistryOfSettings(settings.SchemaRegistry, logs, TimeProvider.System);
        SchemaCache? schemas = registry.Schemas;
        IReadOnlyDictionary<string, InputPreparation> preparations = ModelCheck.Describe(definition).Preparations;
        MemoryBudget memory = settings.Memory.ShareOf(1);
        var decoder = new Decoder(
            definition.Inputs, "decode", mostBytes: memory.MostDecodingBytes, preparations: preparations,
            schemas: schemas is null ? null : id => schemas.Find(id, CancellationToken.None));
        Disorder disorder = await Disorder.MeasureAsync(definition, decoder, memory, intake => new RecordedSource(RecordsOf(events()), intake))
            .ConfigureAwait(false);
        PipelineDefinition ideal = disorder.Waiting();
        var late = new LateSamples();
        WindowSurvey was = await SurveyAsync(definition, _ => events(), late).ConfigureAwait(false);
        WindowSurvey wouldBe = await SurveyAsync(ideal, budget => Within(budget, RecordsOf(events()))).ConfigureAwait(false);
        Print(was, wouldBe, late.Samples, disorder);
        return ideal;

        async Task<WindowSurvey> SurveyAsync(PipelineDefinition of, Func<MemoryBudget, IEnumerable<RecordedEvent>> recorded, LateSamples? late = null)
        {
            MemoryBudget budget = settings.Memory.ShareOf(1);
            int waiting = ModelCheck.PlanMemory(of, settings.Batch, budget).Waiting;
            var graph = new WindowGraph(of, preparations, waiting, budget, new DecodeOptions(int.MaxValue) { Schemas = schemas }, late);
            return await WindowSurvey.RunAsync(graph, intake => new RecordedSource(recorded(budget), intake, flushes: of == ideal)).ConfigureAwait(false);
        }
    }

    /// <summary>Returns the records alone, so that no input is silent before the end.</summary>
    public static IEnumerable<RecordedEvent> RecordsOf(IEnumerable<RecordedEvent> events)
        => events.Where(e => e.Event is RecordRead).Select(e => e with { Session = null });

    private static IEnumerable<RecordedEvent> Within(MemoryBudget memory, IEnumerable<RecordedEvent> events)
    {
        foreach (RecordedEvent recorded in events)
        {
            if (memory.BytesInUse > memory.Bytes)
            {
                throw new StreamPerceiverException(
                    $"--ideal: windows that wait for all records hold {memory.BytesInUse >> 20} MiB at {new EventTime(recorded.TimeNs)}, expected "
                    + $"{memory.Bytes >> 20} at most (Memory:BudgetMb): give more, or a shorter part of the recording");
            }

            yield return recorded;
        }
    }

    private void Print(WindowSurvey was, WindowSurvey wouldBe, IEnumerable<LateSample> samples, Disorder disorder)
    {
        IEnumerable<string> behind = definition.Inputs.Zip(disorder.BehindNs, (input, ns) => $"{input.Name} {Seconds(ns)}");
        output.WriteLine($"ideal: records were behind by {string.Join(", ", behind)} at most; no input is silent");
        var ends = was.Windows.Keys.GroupBy(key => key.Entity).ToDictionary(of => of.Key, of => of.Max(key => key.End), StringComparer.Ordinal);
        ILookup<string, LateSample> late = samples.ToLookup(l => l.Stream.Entity, StringComparer.Ordinal);
        int different = 0, open = 0;
        foreach ((var key, SurveyedWindow ideal) in wouldBe.Windows.OrderBy(w => w.Key.End).ThenBy(w => w.Key.Entity, StringComparer.Ordinal))
        {
            SurveyedWindow? found = was.Windows.GetValueOrDefault(key);
            if (found?.Hash == ideal.Hash) continue;
            if (found is null && key.End > ends.GetValueOrDefault(key.Entity, EventTime.None)) open++;
            else if (different++ < MostLines) output.WriteLine($"  {ideal.Header.IdIn(definition.Name)}: {Reason(found, ideal, late[key.Entity])}");
        }

        if (different > MostLines) output.WriteLine($"  and {different - MostLines} more windows");
        output.WriteLine($"ideal: {different} of {wouldBe.Windows.Count} windows differ from the run as it was; {open} were still open when it ended");
    }

    private string Reason(SurveyedWindow? was, SurveyedWindow ideal, IEnumerable<LateSample> late)
    {
        WindowHeader header = ideal.Header;
        string[] inputs = was is null ? [] :
        [
            .. was.Header.Inputs.Zip(header.Inputs).Where(i => i.First.Coverage != i.Second.Coverage).Select(i => string.Create(
                CultureInfo.InvariantCulture, $"{i.First.Name} had {i.First.Coverage:0.##} and not {i.Second.Coverage:0.##}")),
        ];
        string[] records =
        [
            .. late.Where(l => header.End >= definition.Align.Plan.End(l.First) && header.End <= definition.Align.Plan.End(l.Last))
                .DistinctBy(l => (l.Stream.Input, l.Offset)).OrderBy(l => l.Time).Take(MostRecords).Select(Text),
        ];
        string closed = was is null ? "was not there" : $"closed by {was.Header.ClosedBy.ToString().ToLowerInvariant()}";
        return string.Join("; ", [closed, .. inputs, .. records]);
    }

    private string Text(LateSample late)
    {
        InputSpec input = definition.Inputs[late.Stream.Input];
        return $"{input.Topic}/{late.Stream.Lane}/{late.Offset} of {input.Name} was late by {Seconds(late.Passed - late.Time)}";
    }

    private static string Seconds(long ns) => string.Create(CultureInfo.InvariantCulture, $"{ns / 1e9:0.###} s");
}

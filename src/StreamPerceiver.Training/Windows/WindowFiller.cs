using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Tokenise;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Training;

/// <summary>Cuts records into windows by the graph that the worker runs, and adds them to a store.</summary>
public static class WindowFiller
{
    private const int Waiting = 16;

    /// <summary>Adds the windows of records.</summary>
    /// <param name="definition">The pipeline.</param>
    /// <param name="preparations">How the model's inputs are prepared, by name.</param>
    /// <param name="records">The records, each of an input of the pipeline.</param>
    /// <param name="store">The store.</param>
    /// <param name="memory">The memory for records and windows.</param>
    public static async Task AddAsync(
        PipelineDefinition definition, IReadOnlyDictionary<string, InputPreparation> preparations, IEnumerable<SourceRecord> records, WindowStore store,
        MemoryBudget memory)
    {
        var graph = new WindowGraph(definition, preparations, Waiting, memory);
        ITargetBlock<Envelope<TokenisedWindow>> end = Stage.End<TokenisedWindow>(new StageCounts("store"), Take, Waiting);
        graph.Windows.Then(end);
        await using var source = new SequenceSource(records, graph.NewIntake());
        await graph.RunAsync(source, [end], CancellationToken.None).ConfigureAwait(false);

        Task Take(Envelope<TokenisedWindow> item)
        {
            if (item.Value is { } window)
            {
                store.Add(window);
                window.ReturnArrays();
            }

            item.Ack!.Release(item.Notice switch { null => Outcome.Used, LateRecord => Outcome.Late, Rejection => Outcome.Rejected, _ => Outcome.Skipped });
            return Task.CompletedTask;
        }
    }
}

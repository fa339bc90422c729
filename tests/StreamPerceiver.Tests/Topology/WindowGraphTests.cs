using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.TestKit;
using StreamPerceiver.Tokenise;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Topology;

/// <summary>The graph from records to tokens, run alone, gives the windows of the prediction pipeline.</summary>
public sealed class WindowGraphTests : IDisposable
{
    private readonly PipelineFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Windows_of_the_graph_alone_are_those_that_a_models_pipeline_gives_it()
    {
        PipelineDefinition definition = _file.Read(root => root["inputs"]!.AsObject().Remove("cam"));
        SourceRecord[] records = [.. Presses.Records()];
        List<TokenisedWindow> alone = [];
        List<string> inPipeline = [];

        var graph = new WindowGraph(definition, new Dictionary<string, InputPreparation>(), waiting: 2, new MemoryBudget(1 << 30));
        var take = Stage.End<TokenisedWindow>(new StageCounts("take"), TakeAsync, 10);
        graph.TokeniseWindows().Then(take);
        await graph.RunAsync(new SequenceSource(records, graph.NewIntake()), [take], CancellationToken.None);
        var model = new StubPerceiver(definition.Inputs, definition.Align.Plan.SizeNs)
        {
            BeforeRun = batch => inPipeline.AddRange(batch.Windows.Select(w => Describe(w.Value!))),
        };
        await InMemoryRun.RunAsync(definition, model, new BatchOptions { MaxWindows = 1 }, records, TimeProvider.System);

        alone.Count.ShouldBe(12);
        alone.Select(Describe).ShouldBe(inPipeline, ignoreOrder: true); // lanes may pass each other
        (graph.Tokenise.Out, graph.SkippedWindows).ShouldBe((12, 0));

        Task TakeAsync(Envelope<TokenisedWindow> item)
        {
            if (item.Value is { } window) alone.Add(window);
            item.Ack?.Release(Outcome.Used);
            return Task.CompletedTask;
        }
    }

    private static string Describe(TokenisedWindow window)
    {
        IEnumerable<string> inputs = window.Inputs.Select(i => $"{i.Name} {string.Join(' ', i.Content)} {string.Join(' ', i.Mask)}");
        return $"{window.Header.Entity} {window.Header.End} {string.Join(';', inputs)}";
    }
}

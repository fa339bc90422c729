using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Model;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Inference;
using StreamPerceiver.Worker.Pipelines;

namespace StreamPerceiver.Worker.Tests;

/// <summary>A pipeline decodes only what it publishes. The queries that attend to the latents are counted, and are those that the start states.</summary>
public sealed class DecodedQueriesTests : IDisposable
{
    private const int Latents = 13;

    // Self-attention also attends to the latents: two layers of 13 queries.
    private const int OfSelfAttention = 2 * Latents;

    private static readonly PerceiverConfig Config = TinyModel.Config with
    {
        NumLatents = Latents,
        Inputs = new Dictionary<string, InputConfig> { ["imu"] = new SeriesInput { Steps = 11, Channels = 2, NumBands = 2 } },
        Outputs = new Dictionary<string, OutputConfig>
        {
            ["activity"] = new ClassificationOutput { Labels = ["idle", "slow", "fast"], Channels = 17 },
            ["next"] = new ValuesOutput { Queries = 7, Values = 2, Channels = 17, Decoder = new() },
            ["image"] = new ImageOutput { Shape = [2, 5, 7], NumBands = 3, MaxResolution = [2, 5, 7] },
            ["flow"] = new DenseInputOutput { Input = "imu", Decoder = new() { QueryResidual = true } },
        },
    };

    private readonly TinyModel _model = new(Config);

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("\"activity\": {}", 1)]
    [InlineData("\"next\": { \"type\": \"values\" }", 7)]
    [InlineData("\"activity\": {}, \"next\": { \"type\": \"values\" }", 8)]
    [InlineData("\"image\": { \"type\": \"dense\", \"topic\": \"t.dense\" }", 70)]
    [InlineData("\"image\": { \"type\": \"dense\", \"topic\": \"t.dense\", \"every\": 2, \"stride\": 3 }", 6)]
    [InlineData("\"image\": { \"type\": \"dense\", \"topic\": \"t.dense\", \"points\": [[0, 4, 6], [1, 0, 0]] }", 2)]
    [InlineData("\"flow\": { \"type\": \"dense\", \"topic\": \"t.dense\" }", 11)]
    [InlineData("\"flow\": { \"type\": \"dense\", \"topic\": \"t.dense\", \"points\": [[9], [2], [10]] }", 3)]
    public async Task A_window_decodes_the_queries_of_the_published_outputs_and_no_other(string outputs, int queries)
    {
        PipelineDefinition pipeline = Read(outputs);
        var plan = new CountingPlan();
        using var perceiver = new TorchPerceiver(_model.Folder, plan, ModelUse.By([pipeline], maxWindows: 4), NullLogger.Instance);
        plan.Attended.Clear();

        InMemoryResult result = await InMemoryRun.RunAsync(pipeline, perceiver, new BatchOptions(), Readings(), new FakeTimeProvider());

        result.Predictions.Count.ShouldBe(3);
        plan.Attended.Where(a => a.Keys == Latents).Sum(a => a.Queries).ShouldBe(3 * (OfSelfAttention + queries));
        OutputCosts.Describe(pipeline).Skip(1).Sum(line => int.Parse(line.Split(' ')[3])).ShouldBe(queries);
    }

    // By hand. A query of the shared decoder has 23 channels, and 34 in its projection and its sum: 2 (2 x 23 x 34 + 2 x 13 x 34 + 2 x 23 x 23) in the
    // layer, 2 x 29 x (23 + 3) behind it. One of the flow has 7 channels, and its decoder has 2 x 13 x 34 x 68 for its keys and values.
    [Fact]
    public void Each_output_says_its_queries_its_arithmetic_and_its_bytes()
        => OutputCosts.Describe(Read("\"activity\": {}, \"flow\": { \"type\": \"dense\", \"topic\": \"t.dense\", \"points\": [[9], [2], [10]] }"))[1..]
            .ShouldBe(
            [
                "output activity takes 1 query, 8.52 kFLOP, 12 B of answer, 652 B in the decoder a window",
                "output flow takes 3 queries, 68.9 kFLOP, 24 B of answer, 1.18 kB in the decoder a window",
            ]);

    // Seven windows of 110 bytes may take an eighth of the budget. So 6,160 bytes are enough without an answer.
    [Fact]
    public void A_budget_that_does_not_hold_the_answers_is_refused_before_a_run()
    {
        var budget = new MemoryBudget(8000);

        ModelCheck.Problems(Read("\"activity\": {}"), budget, new BatchOptions()).ShouldBeEmpty();
        ModelCheck.Problems(Read("\"image\": { \"type\": \"dense\", \"topic\": \"t.dense\" }"), budget, new BatchOptions())
            .ShouldHaveSingleItem().ShouldContain("7 are in work at once");
    }

    private PipelineDefinition Read(string outputs)
    {
        string file = Path.Combine(Path.GetDirectoryName(_model.Folder)!, "presses.json");
        File.WriteAllText(file, $$"""
            {
              "name": "presses",
              "window": { "sizeMs": 1100 },
              "inputs": { "imu": { "topic": "t.imu", "modality": "sensor", "channels": ["x", "y"], "rateHz": 10 } },
              "model": "tiny",
              "outputs": { {{outputs}} },
              "topics": { "predictions": "t.out" }
            }
            """);
        return PipelineReader.Read(file);
    }

    // Three windows, and the reading that closes the last one.
    private static IEnumerable<SourceRecord> Readings() => Enumerable.Range(0, 34).Select(i => new SourceRecord(
        "t.imu", 0, i, 100 * i, "press-1"u8.ToArray(), Encoding.UTF8.GetBytes($$"""{"x": {{i % 7}}, "y": 1}"""),
        [new("content-type", "application/json"u8.ToArray())]));
}

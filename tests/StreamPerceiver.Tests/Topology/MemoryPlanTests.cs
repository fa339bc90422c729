using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Outputs;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Topology;

public sealed class MemoryPlanTests : IDisposable
{
    private readonly PipelineFile _file = new();

    public void Dispose() => _file.Dispose();

    // A window of 100,000 samples of sound: placed (4 + 1 bytes each) and as tokens (4).
    private const int WindowBytes = 900_000;

    [Theory]
    [InlineData(7, 1)] // one in each place
    [InlineData(14, 2)]
    [InlineData(55, 7)]
    public void For_WindowsThatFillTheirShare_HasFewerOfThemInWork(int windows, int places)
    {
        MemoryPlan plan = Plan(8L * windows * WindowBytes, maxWindows: 64);

        (plan.Waiting, plan.Batch.MaxWindows).ShouldBe((places, places));
    }

    [Fact]
    public void For_SmallWindows_KeepsToTheBatchThatIsAskedFor()
    {
        MemoryPlan plan = Plan(1L << 40, maxWindows: 5);

        (plan.Waiting, plan.Batch.MaxWindows, plan.Batch.MaxWaitMs).ShouldBe((8, 5, 7));
    }

    [Fact]
    public void For_ABudgetThatDoesNotHoldOneInEachPlace_IsRefusedWithTheNumbers()
        => Should.Throw<PipelineException>(() => Plan(48 << 20, maxWindows: 1)).Message
            .ShouldBe($"{_file.Path}: a window takes 1 MB, and 7 are in work at once; the pipeline's share of Memory:BudgetMb is 48, expected 49 or more");

    [Fact]
    public void WindowBytes_OfEveryModality_AreItsDataInPlaceAndItsTokens()
    {
        IReadOnlyList<InputSpec> inputs = _file.Read(PipelineFile.Least).Inputs; // windows of 2 s

        inputs.ToDictionary(i => i.Name, i => i.WindowBytes(2 * EventTime.PerSecond)).ShouldBe(new Dictionary<string, long>
        {
            ["cam"] = 2 * 4 * 2 * 3 * (1 + 4), // frames, pixels, colours: bytes and float32
            ["imu"] = 10 * (2 * 4 + 1 + 1), // steps of two channels, which are tokens as they are
            ["sound"] = 200 * (4 + 1 + 4),
        }, ignoreOrder: true);
    }

    [Fact]
    public void For_LargeOutputs_HasFewerWindowsInWork()
    {
        PipelineDefinition definition = _file.Read(PipelineFile.Least);
        var budget = new MemoryBudget(64 << 20);
        BatchOptions batch = new() { MaxWindows = 64 };

        long without = MemoryPlan.For(definition, batch, budget, []).Batch.MaxWindows;

        OutputQuestion mebibyte = new("image", new DenseShape(DenseContent.Pictures, [256, 256], Channels: 4));
        MemoryPlan.For(definition, batch, budget, [mebibyte]).Batch.MaxWindows.ShouldBeLessThan((int)without);
    }

    private MemoryPlan Plan(long bytes, int maxWindows)
    {
        PipelineDefinition definition = _file.Read(root =>
        {
            root["inputs"]!.AsObject().Remove("cam");
            root["inputs"]!.AsObject().Remove("imu");
            root["inputs"]!["sound"]!["rateHz"] = 50_000;
        });
        return MemoryPlan.For(definition, new BatchOptions { MaxWindows = maxWindows, MaxWaitMs = 7 }, new MemoryBudget(bytes), []);
    }
}

using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Ingest;
using StreamPerceiver.Kafka;
using StreamPerceiver.Publish;
using StreamPerceiver.TestKit;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Broker.Tests;

/// <summary>
/// Backlogs through Kafka and the whole graph, with a model that answers at once. What is looked at are the bytes that the budget counts, and
/// whether everything comes out.
/// </summary>
public sealed class MemoryTests : IDisposable
{
    private const int Lanes = 2;
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(4);

    private readonly string _folder = Directory.CreateTempSubdirectory("memory").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [InlineData("exactly-once")]
    [InlineData("at-least-once")]
    public async Task A_backlog_of_many_times_the_budget_is_read_within_it(string delivery)
    {
        const long Budget = 24 << 20;
        const int Seconds = 400, Entities = 8;
        using TestBroker broker = TestBroker.Start(real: true);
        PipelineDefinition definition = Define(broker);
        using (var backlog = new Backlog(broker.BootstrapServers))
        {
            for (int second = 0; second < Seconds; second++)
            {
                for (int entity = 0; entity < Entities; entity++)
                {
                    backlog.AddSound("m.sound", entity % Lanes, $"e{entity}", second * 1000L, 8000);
                    for (int reading = 0; reading < 10; reading++) backlog.AddReading("m.imu", entity % Lanes, $"e{entity}", second * 1000L + reading * 100);
                }
            }

            backlog.Flush();
            backlog.Bytes.ShouldBeGreaterThan(4 * Budget);
        }

        // The last second of an entity is not over.
        MemoryBudget memory = await RunAsync(broker, definition, Budget, delivery, windows: Entities * (Seconds - 1));

        memory.PeakBytesInUse.ShouldBeInRange(memory.HeldShare, Budget); // the far-reaching limit of time would let all of it in
    }

    [SkippableFact]
    public async Task A_budget_too_small_for_what_is_open_at_once_does_not_stop_the_flow()
    {
        const int Seconds = 4, Entities = 40;
        using TestBroker broker = TestBroker.Start(real: false);
        PipelineDefinition definition = Define(broker);
        using (var backlog = new Backlog(broker.BootstrapServers))
        {
            // All of the sound before the first reading, a record that is larger than its share alone, and readings that begin late.
            for (int second = 0; second < Seconds; second++)
                for (int entity = 0; entity < Entities; entity++) backlog.AddSound("m.sound", entity % Lanes, $"e{entity}", second * 1000L, 8000);
            backlog.AddSound("m.sound", 0, "e0", Seconds * 1000L, 150_000);
            for (int second = 0; second <= Seconds; second++)
                for (int entity = 0; entity < Entities; entity++) backlog.AddReading("m.imu", entity % Lanes, $"e{entity}", second * 1000L + 900);
            backlog.Flush();
        }

        const long Budget = 4 << 20;
        MemoryBudget memory = await RunAsync(broker, definition, Budget, "exactly-once", windows: Entities * (Seconds - 1));

        memory.PeakBytesInUse.ShouldBeGreaterThan(memory.HeldShare); // a second of 40 entities is more than there is
    }

    [SkippableFact]
    public async Task An_input_that_is_silent_for_good_does_not_stop_the_flow_when_memory_is_scarce()
    {
        const int Seconds = 60, Entities = 2;
        using TestBroker broker = TestBroker.Start(real: false);
        PipelineDefinition definition = Define(broker);
        using (var backlog = new Backlog(broker.BootstrapServers))
        {
            for (int second = 0; second < Seconds; second++)
                for (int entity = 0; entity < Entities; entity++) backlog.AddSound("m.sound", entity % Lanes, $"e{entity}", second * 1000L, 8000);
            backlog.Flush();
        }

        const long Budget = 4 << 20;
        // ten seconds behind: idle after so long
        MemoryBudget memory = await RunAsync(broker, definition, Budget, "exactly-once", windows: Entities * (Seconds - 12));

        // Until the silence is confirmed, nothing that is read frees memory, so how far it goes beyond its share depends on the pace of reading.
        memory.PeakBytesInUse.ShouldBeGreaterThan(memory.HeldShare);
    }

    private PipelineDefinition Define(TestBroker broker)
    {
        string file = Path.Combine(_folder, "memory.json");
        File.WriteAllText(file, """
            {
              "name": "memory", "window": { "sizeMs": 1000 }, "model": "model",
              "inputs": {
                "imu": { "topic": "m.imu", "modality": "sensor", "rateHz": 10, "channels": ["v"] },
                "sound": { "topic": "m.sound", "modality": "audio", "rateHz": 8000, "samplesPerPatch": 80 }
              },
              "outputs": { "activity": {} },
              "topics": { "predictions": "m.predictions" }
            }
            """);
        PipelineDefinition definition = PipelineReader.Read(file);
        foreach (string topic in new[] { "m.imu", "m.sound", definition.PredictionTopic, definition.DeadLetterTopic, definition.ProgressTopic })
            broker.CreateTopic(topic, Lanes);
        broker.Configure(definition.ProgressTopic, "cleanup.policy", "compact");
        return definition;
    }

    private static Backoff Pauses() => new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), new Random(1));

    /// <summary>Runs until so many windows have come to the model, then stops; every record must be accounted for.</summary>
    private static async Task<MemoryBudget> RunAsync(TestBroker broker, PipelineDefinition definition, long bytes, string delivery, int windows)
    {
        using var stop = new CancellationTokenSource();
        int seen = 0;
        using var perceiver = new StubPerceiver(definition.Inputs, definition.Align.Plan.SizeNs)
        {
            BeforeRun = batch =>
            {
                if ((seen += batch.Windows.Count) >= windows) stop.Cancel();
            },
        };
        var pipeline = new PerceptionPipeline(definition, perceiver, new BatchOptions(), new MemoryBudget(bytes), TimeProvider.System);
        var writing = new ProducerOptions
        {
            BootstrapServers = broker.BootstrapServers,
            GroupId = definition.Name,
            TransactionalId = "memory",
            Topics = definition.PublishTopics,
        };
        var reading = new ConsumerOptions
        {
            BootstrapServers = broker.BootstrapServers,
            GroupId = definition.Name,
            ProgressTopic = definition.ProgressTopic,
        };
        var intake = new Intake(
            // what keeps the inputs abreast is memory alone
            definition.Inputs, definition.Intake with { SpanNs = long.MaxValue }, pipeline.Ingest, pipeline.Memory);
        await using IPredictionSink sink = delivery == "exactly-once"
            ? new TransactionalPublisher(writing, Pauses(), TimeProvider.System, NullLogger<TransactionalPublisher>.Instance)
            : new AtLeastOncePublisher(writing, TimeProvider.System, NullLogger<AtLeastOncePublisher>.Instance);
        await using var source = new KafkaSource(
            reading, intake, pipeline.Memory, sink as TransactionalPublisher, Pauses(), TimeProvider.System, NullLogger<KafkaSource>.Instance);
        using var device = new DeviceThread(TimeProvider.System);

        await pipeline.RunAsync(source, sink, device.AddShare(), stop.Token).WaitAsync(Stuck);

        seen.ShouldBeGreaterThanOrEqualTo(windows);
        source.Accounts.ShouldAllBe(a => a.Balances && a.Rejected == 0 && a.Late == 0);
        return pipeline.Memory;
    }
}

using StreamPerceiver.Flow;

namespace StreamPerceiver.Broker.Tests;

/// <summary>What the worker expects of its own topics.</summary>
public sealed class TopicTests
{
    [SkippableFact]
    public void A_progress_topic_that_is_not_compacted_is_refused_with_its_setting()
    {
        using var bench = new Bench(realBroker: true);
        bench.Broker.CreateTopic(bench.Definition.ProgressTopic, 2);

        using WorkerProcess worker = bench.StartWorker();

        worker.AwaitExit().ShouldBe(2, worker.Said);
        worker.Said.ShouldContain($"{bench.Definition.ProgressTopic} has cleanup.policy=delete, expected compact");
    }

    [SkippableFact]
    public void A_progress_record_that_is_none_ends_the_worker_with_the_record_the_value_and_what_was_expected()
    {
        using var bench = new Bench(realBroker: false);
        string progress = bench.Definition.ProgressTopic;
        bench.Client.Publish([new SourceRecord(progress, 1, 0, 0, "door-1"u8.ToArray(), "yesterday"u8.ToArray(), [])]);

        using WorkerProcess worker = bench.StartWorker();

        worker.AwaitExit().ShouldBe(2, worker.Said);
        worker.Said.ShouldContain(
            $"{progress}/1/0: 'door-1' is 'yesterday', expected a whole number under a key that begins with entity/, read-from/, reported/ or committed/");
    }
}

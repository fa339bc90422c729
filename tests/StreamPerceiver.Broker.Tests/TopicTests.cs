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

        worker.AwaitExit().ShouldBe(1, worker.Said);
        worker.Said.ShouldContain($"{bench.Definition.ProgressTopic} has cleanup.policy=delete, expected compact");
    }
}

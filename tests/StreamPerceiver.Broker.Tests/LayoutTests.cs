using StreamPerceiver.Flow;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Broker.Tests;

/// <summary>Topics, offsets and partitions change under a pipeline, and no window is published twice.</summary>
public sealed class LayoutTests : IDisposable
{
    private static readonly long Start = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 86_400 * 86_400 * 1000;

    private readonly TestBroker _broker = TestBroker.Start(real: true);
    private readonly IndependentClient _client;

    public LayoutTests()
    {
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        _client = new IndependentClient(_broker.BootstrapServers);
    }

    public void Dispose() => _broker.Dispose();

    [SkippableFact]
    public void Inputs_of_two_partitioners_end_the_pipeline_before_a_window_comes_twice()
    {
        using TinyPipeline pipeline = Pipeline("keyed", 4, "a", "b");
        _client.Publish(Records(20, 12, "a"));
        _client.Publish(Records(20, 12, "b"), partitioner: "murmur2_random");

        WorkerProcess worker = pipeline.Start(_broker, 0);

        worker.AwaitExit().ShouldBe(2, worker.Said);
        worker.Said.ShouldContain("tiny.a by CRC-32 (the default of librdkafka's clients), tiny.b by murmur2 (the default of Java's clients)");
        worker.Said.ShouldContain("set partitioner=murmur2_random");
        Ids(pipeline).ShouldBeUnique();
    }

    [SkippableFact]
    public void Added_partitions_end_the_pipeline_and_the_recipe_has_it_go_on()
    {
        using TinyPipeline pipeline = Pipeline("added", 2, "a", "b");
        _client.Publish(Records(20, 6, "a", "b"));
        WorkerProcess before = pipeline.Start(_broker, 0);
        int published = pipeline.Await(_client, 6 * 15, before).Length;

        _broker.AddPartitions("tiny.a", 4);
        before.AwaitExit().ShouldBe(2, before.Said);
        before.Said.ShouldContain("partition counts have changed (tiny.a 2 -> 4, tiny.b 2 -> 2, added.progress 2 -> 2)");

        _broker.AddPartitions("tiny.b", 4);
        WorkerProcess refused = pipeline.Start(_broker, 0);
        refused.AwaitExit().ShouldBe(2, refused.Said);
        refused.Said.ShouldContain("added.progress has 2 partitions, expected 4");

        _broker.DeleteTopic("added.progress");
        long later = Start + 3_600_000;
        // With the first worker's id, this worker would get the old lanes until that session has timed out.
        WorkerProcess after = pipeline.Start(_broker, 1, "classic", $"--Kafka:StartFrom={Some.At(later)}");
        _client.Publish(Records(20, 6, "a", "b").Select(r => r with { TimestampMs = r.TimestampMs + 3_600_000 }));
        pipeline.Await(_client, published + 6 * 15, after);
        after.Terminate().ShouldBe(0, after.Said);
        Ids(pipeline).ShouldBeUnique();
    }

    [SkippableFact]
    public void An_input_that_is_made_again_is_read_from_its_beginning_and_its_dead_letters_are_new()
    {
        using TinyPipeline pipeline = Pipeline("remade", 1, "a");
        SourceRecord bad = TinyPipeline.Record("a", 0, Start, "bad");
        _client.Publish([.. Records(20, 1, "a"), bad]);
        WorkerProcess worker = pipeline.Start(_broker, 0);
        pipeline.Await(_client, 15, worker);

        _broker.DeleteTopic("tiny.a");
        _broker.CreateTopic("tiny.a", 1);
        _client.Publish([bad, .. Records(20, 1, "a").Select(r => r with { TimestampMs = r.TimestampMs + 60_000 })]);
        pipeline.Await(_client, 30, worker);
        worker.Terminate().ShouldBe(0, worker.Said);

        worker.Said.ShouldContain("tiny.a was deleted and made again");
        Ids(pipeline).ShouldBeUnique();
        _client.Read(pipeline.Definition.DeadLetterTopic).Count.ShouldBe(2);
    }

    [SkippableFact]
    public void A_group_that_was_deleted_goes_on_where_its_progress_is_and_moved_offsets_are_refused()
    {
        using TinyPipeline pipeline = Pipeline("group", 1, "a");
        SourceRecord[] all = [.. Records(20, 2, "a"), .. Records(60, 1, "a").Skip(100)]; // one entity is soon silent, and forgotten
        _client.Publish(all);
        WorkerProcess first = pipeline.Start(_broker, 0);
        int published = pipeline.Await(_client, 70, first).Length;
        first.Terminate().ShouldBe(0, first.Said);

        _broker.DeleteGroup("group");
        WorkerProcess second = pipeline.Start(_broker, 0);
        _client.Publish(Records(80, 1, "a").Skip(300));
        pipeline.Await(_client, published + 15, second);
        second.Terminate().ShouldBe(0, second.Said);
        second.Said.ShouldContain("the group group has no offset of tiny.a/0 any more, deleted or expired: it goes on at");
        Ids(pipeline).ShouldBeUnique();

        _broker.MoveOffset("group", "tiny.a", 0, 5);
        WorkerProcess moved = pipeline.Start(_broker, 0);
        moved.AwaitExit().ShouldBe(2, moved.Said);
        moved.Said.ShouldContain("the group group has the offset 5 of tiny.a/0, but group.progress/0 has ");
        Ids(pipeline).ShouldBeUnique();
    }

    [SkippableFact]
    public void Without_its_progress_a_pipeline_is_refused_and_begins_at_a_time_that_it_is_given()
    {
        using TinyPipeline pipeline = Pipeline("anew", 1, "a");
        _client.Publish(Records(40, 1, "a"));
        WorkerProcess first = pipeline.Start(_broker, 0);
        pipeline.Await(_client, 35, first);
        first.Terminate().ShouldBe(0, first.Said);
        string[] before = Ids(pipeline);

        _broker.DeleteTopic("anew.progress");
        WorkerProcess refused = pipeline.Start(_broker, 0);
        refused.AwaitExit().ShouldBe(2, refused.Said);
        refused.Said.ShouldContain("but anew.progress/0 has no progress: it was deleted or emptied");

        WorkerProcess again = pipeline.Start(_broker, 0, "classic", $"--Kafka:StartFrom={Some.At(Start + 20_000)}");
        pipeline.Await(_client, before.Length + 15, again);
        again.Terminate().ShouldBe(0, again.Said);
        Ids(pipeline)[before.Length..].ShouldBeSubsetOf(before);
    }

    private TinyPipeline Pipeline(string name, int lanes, params string[] inputs)
    {
        foreach (string input in inputs) _broker.CreateTopic($"tiny.{input}", lanes);
        return new TinyPipeline(name, inputs);
    }

    private string[] Ids(TinyPipeline pipeline) => [.. _client.Read(pipeline.Definition.PredictionTopic).Select(r => r.Header("ce_id")!)];

    private static IEnumerable<SourceRecord> Records(int seconds, int entities, params string[] inputs) =>
        from ms in Enumerable.Range(0, seconds * 5).Select(i => i * 200)
        from entity in Enumerable.Range(0, entities)
        from input in inputs
        select TinyPipeline.Record(input, entity, Start + ms, "[1]");
}

using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka.Tests;

/// <summary>What a change of the topics means to a pipeline that runs.</summary>
public sealed class TopicLayoutTests
{
    private static readonly TimeSpan Later = TopicLayout.Patience;

    private readonly TopicLayout _layout = new(["a", "b"], "p.progress", Topics());

    [Fact]
    public void The_same_topics_are_no_change() => _layout.Compare(Topics(), TimeSpan.Zero).ShouldBeEmpty();

    [Theory]
    [InlineData(6, 4)]
    [InlineData(6, 6)]
    public void Added_partitions_end_the_pipeline_with_all_counts_and_the_way_on(int a, int b)
        => Should.Throw<LayoutException>(() => _layout.Compare(Topics(a, b), TimeSpan.Zero)).Message.ShouldBe(
            $"partition counts have changed (a 4 -> {a}, b 4 -> {b}, p.progress 4 -> 4): keys are in other partitions now, so one entity would be in two "
            + "lanes. Give all inputs the same count, delete the topic p.progress, and start with "
            + "--Kafka:StartFrom=TIME, the time of the change (README, Recipes)");

    [Fact]
    public void An_input_that_was_made_again_has_the_pipeline_start_afresh()
        => Should.Throw<StartAfreshException>(() => _layout.Compare(Topics(bId: "b2"), TimeSpan.Zero)).Message.ShouldBe("b was deleted and made again");

    [Fact]
    public void A_progress_topic_that_was_made_again_ends_the_pipeline()
        => Should.Throw<LayoutException>(() => _layout.Compare(Topics(progressId: "p2"), TimeSpan.Zero)).Message
            .ShouldStartWith("p.progress was deleted and made again while the pipeline ran");

    [Fact]
    public void A_topic_that_is_missing_is_named_once_and_waited_for()
    {
        _layout.Compare(Topics(b: 0), TimeSpan.Zero).ShouldBe(["b"]);
        _layout.Compare(Topics(b: 0), Later / 2).ShouldBeEmpty();
        _layout.Compare(Topics(), Later).ShouldBeEmpty(); // it is back, and the wait begins anew
        _layout.Compare(Topics(b: 0), Later).ShouldBe(["b"]);

        Should.Throw<LayoutException>(() => _layout.Compare(Topics(b: 0), 2 * Later)).Message.ShouldBe(
            "b was deleted while the pipeline ran, and was not made again in 30 s, expected 4 partitions: make it again, then start the worker");
    }

    [Fact]
    public void Brokers_without_ids_tell_no_topic_from_its_successor()
    {
        var layout = new TopicLayout(["a", "b"], "p.progress", Topics(bId: null));

        layout.Compare(Topics(), TimeSpan.Zero).ShouldBeEmpty();
        layout.Ids.Keys.ShouldBe(["a", "p.progress"], ignoreOrder: true);
    }

    private static Dictionary<string, TopicState> Topics(int a = 4, int b = 4, string? bId = "b1", string progressId = "p1") => new()
    {
        ["a"] = new TopicState(a, "a1"),
        ["b"] = new TopicState(b, b == 0 ? null : bId),
        ["p.progress"] = new TopicState(4, progressId),
    };
}

using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Tests.Ingest;

/// <summary>The group's offsets and the progress belong together, or the pipeline is refused.</summary>
public sealed class StoredOffsetsTests
{
    private const string Way = "delete the topic p.progress and start with --Kafka:StartFrom=TIME (README, Recipes)";

    [Theory]
    [InlineData(null)]
    [InlineData(340L)]
    public void An_offset_that_the_group_lost_is_that_of_the_progress_and_one_that_is_there_is_equal(long? committed)
    {
        LaneProgress progress = Stored(("committed/cam", "340 Uw"), ("read-from/cam", "7 Uw"), ("entity/a", "5"));

        (long? offset, string? note) = Reconcile(committed, progress);

        offset.ShouldBe(340);
        note.ShouldBe(committed is null
            ? $"the group p has no offset of cam/3 any more, deleted or expired: it goes on at 340, which p.progress has. To begin anew instead, {Way}"
            : null);
    }

    [Theory]
    [InlineData(339L)]
    [InlineData(341L)]
    public void Offsets_that_somebody_has_moved_are_refused_with_both(long committed)
        => Refused(committed, Stored(("committed/cam", "340"))).ShouldBe(
            $"the group p has the offset {committed} of cam/3, but p.progress/3 has 340: the group's offsets were moved without the progress. To begin "
            + $"at another time, {Way}; to go on as before, reset this offset to 340");

    [Fact]
    public void Offsets_without_progress_are_refused_unless_nothing_lies_before_them()
    {
        Refused(340, new LaneProgress()).ShouldBe(
            "the group p has the offset 340 of cam/3, but p.progress/3 has no progress: it was deleted or emptied, so it is not known which windows are "
            + $"published. To begin anew, {Way}");
        Reconcile(12, new LaneProgress()).Offset.ShouldBe(12); // the log begins there
        Reconcile(340, new LaneProgress(), inTransactions: false).ShouldBe((340,
            "the group p has the offset 340 of cam/3, but p.progress/3 has no progress: windows from there on may come again"));
        Reconcile(null, new LaneProgress()).ShouldBe((null, null));
    }

    [Fact]
    public void Progress_without_offsets_is_refused_where_no_transaction_has_stored_them()
        => Refused(null, Stored(("read-from/cam", "7"), ("entity/a", "5"))).ShouldBe(
            "the group p has no offset of cam/3 any more, deleted or expired, but p.progress/3 has progress: some windows would come twice and others not at "
            + $"all. To begin anew, {Way}");

    [Fact]
    public void Progress_of_a_version_without_offsets_and_of_an_input_that_has_no_record_goes_on()
    {
        Reconcile(340, Stored(("read-from/cam", "7"), ("entity/a", "5"))).ShouldBe((340, null));
        Reconcile(null, Stored(("committed/imu", "7 Uw"), ("entity/a", "5"))).ShouldBe((null, null));
    }

    [Fact]
    public void A_topic_that_was_made_again_begins_anew_and_the_entities_keep_their_progress()
    {
        LaneProgress progress = Stored(
            ("committed/cam", "340 Old"), ("read-from/cam", "7 Old"), ("reported/cam", "339 Old"), ("reported/imu", "4 Old"), ("entity/a", "5"));

        (long? offset, string? note) = Reconcile(340, progress);

        offset.ShouldBeNull();
        note!.ShouldStartWith("cam was deleted and made again: what was known of the records of the old cam/3 is dropped");
        (progress.ReadFrom.Count, progress.Committed.Count).ShouldBe((0, 0));
        progress.Reported.Keys.ShouldBe(["imu"]);
        progress.EmittedThrough["a"].Nanoseconds.ShouldBe(5);
    }

    [Fact]
    public void What_is_left_of_an_earlier_topic_is_dropped_and_the_offsets_of_the_new_one_stay()
    {
        LaneProgress progress = Stored(("committed/cam", "12 Uw"), ("reported/cam", "339 Old"));

        Reconcile(12, progress).ShouldBe((12, null));

        progress.Reported.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("entity/a", "5 x")]
    [InlineData("entity/a", "")]
    [InlineData("read-from/cam", "x")]
    [InlineData("unknown/cam", "5")]
    public void An_entry_that_is_none_is_not_taken(string key, string value) => new LaneProgress().TryAdd(key, value).ShouldBeFalse();

    private static LaneProgress Stored(params (string Key, string Value)[] entries)
    {
        var progress = new LaneProgress();
        foreach ((string key, string value) in entries) progress.TryAdd(key, value).ShouldBeTrue(key);
        return progress;
    }

    private static (long? Offset, string? Note) Reconcile(long? committed, LaneProgress progress, bool inTransactions = true)
    {
        long? offset = new StoredOffsets("p", "p.progress", inTransactions).Reconcile(
            new SourcePartition("cam", 3), new PartitionState(committed, LogStart: 12), "Uw", progress, out string? note);
        return (offset, note);
    }

    private static string Refused(long? committed, LaneProgress progress) => Should.Throw<LayoutException>(() => Reconcile(committed, progress)).Message;
}

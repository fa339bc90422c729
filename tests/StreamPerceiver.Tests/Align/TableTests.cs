using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Align;

/// <summary>A table (input 0) beside a stream (input 1). Windows have five steps; values are offsets.</summary>
public sealed class TableTests
{
    private const int Table = 0;
    private const int Stream = 1;

    [Fact]
    public void A_value_holds_in_all_windows_until_another_one_replaces_it()
    {
        Timeline timeline = New().Read(Table, "a").Read(Table, "a", from: 12).Read(Stream, "a....a....a....a....a").Read(Table, "!").Publish();

        timeline.Windows.ShouldBe(["a@0 xxxxx x....", "a@5 xxxxx x....", "a@10 xxxxx x....", "a@15 xxxxx x...."]);
        Values(timeline).ShouldBe(["0", "0", "1", "1"]); // the second is from 12 on, before the end of the window at 10
        timeline.Outcomes(Table).ShouldBe("UU");
    }

    [Fact]
    public void A_window_waits_until_the_table_was_read_to_an_end_asked_for_after_its_own_end()
    {
        Timeline timeline = New().Read(Table, "a").Read(Stream, "a....a").Read(Stream, "!");
        timeline.Windows.ShouldBeEmpty();

        timeline.Read(Table, "a", from: 3); // was in the topic before the end was asked for
        timeline.Read(Table, "!");
        timeline.Windows.Count.ShouldBe(1);
        timeline.Read(Table, "a", from: 4).Publish(); // comes after the window has closed

        Values(timeline).ShouldBe(["1"]);
    }

    [Fact]
    public void A_table_makes_no_window_and_holds_none_up_by_its_event_times()
    {
        Timeline timeline = New().Read(Table, "aaaaaaaaaaaaaaaaaaaa!").Read(Table, "a", from: 900);
        timeline.Windows.ShouldBeEmpty();

        timeline.Read(Stream, "b....b", from: 50).Read(Table, "!").Publish();

        timeline.Windows.ShouldBe(["b@50 ..... x...."]);
        timeline.Outcomes(Table).ShouldBe(new string('U', 21));
    }

    [Fact]
    public void Of_an_entity_the_versions_that_windows_may_need_are_held_and_a_deletion_ends_it()
    {
        var table = new TableVersions();
        foreach (long ms in new[] { 30L, 10, 20 }) table.Add(Version("a", ms), EventTime.None, null);

        Found(table, "a", 10, 11, 25, 99).ShouldBe([null, 10, 20, 30]);
        Found(table, "b", 99).ShouldBe([null]);

        table.Add(Version("a", 40), Some.At(25), null); // no window that ends before 25 is still to come
        Found(table, "a", 11, 25, 99).ShouldBe([null, 20, 40]);
        table.Add(new Tombstone(Key("a"), Some.At(35), 9), EventTime.None, null);
        Found(table, "a", 35, 36, 41).ShouldBe([30, null, 40]);
        table.Add(new Tombstone(Key("a"), Some.At(50), 10), Some.At(60), null);
        table.Add(Version("a", 45), Some.At(60), null); // is earlier than the deletion
        (Found(table, "a", 99).Single(), table.Count).ShouldBe((null, 1));
    }

    [Fact]
    public void The_earliest_of_too_many_versions_are_dropped_and_the_bytes_are_counted()
    {
        var memory = new MemoryBudget(1 << 30);
        var lane = new LaneLease(memory);
        var table = new TableVersions();
        for (int ms = 0; ms < 100; ms++) table.Add(Version("a", ms), EventTime.None, lane);

        Found(table, "a", 36, 37).ShouldBe([null, 36]);
        memory.BytesInUse.ShouldBe(TableVersions.MostVersions * Version("a", 0).Bytes);
        for (int i = 0; i <= TableVersions.MostDeletions; i++) table.Add(new Tombstone(Key($"a{(i > 0 ? i : "")}"), Some.At(200), 0), Some.At(300), lane);
        (memory.BytesInUse, table.Count).ShouldBe((0, 0));
    }

    private static Timeline New() => new(Some.Sensor("0") with { IsTable = true }, Some.Sensor("1"));

    private static string[] Values(Timeline timeline) => [.. timeline.Details.Select(d => d.Split(' ')[5])];

    private static long?[] Found(TableVersions table, string entity, params long[] ends)
        => [.. ends.Select(end => table.Find(entity, Some.At(end))?.Time.Nanoseconds / Some.Ms)];

    private static SensorReading Version(string entity, long ms) => new(Key(entity), Some.At(ms), ms, [ms]);

    private static StreamKey Key(string entity) => new(0, entity, 0);
}

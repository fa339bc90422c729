using FsCheck.Fluent;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.TestKit;
using StreamPerceiver.Tests.Flow;

namespace StreamPerceiver.Tests.Align;

/// <summary>The event time that entities agree on, in steps of a millisecond.</summary>
public sealed class AgreedTimeTests
{
    private readonly AgreedTime _agreed = new(Some.Ms, leastSamples: 0);

    [Fact]
    public void Time_OfOneEntity_IsNone()
    {
        Read("a", 10, "a", 1_000);

        _agreed.Time.ShouldBe(EventTime.None);
    }

    [Theory]
    [InlineData(20, "a", 20, "b", 1_000_000)] // of two, both must have reached it
    [InlineData(21, "a", 20, "b", 1_000_000, "c", 21)] // of three, two
    [InlineData(21, "a", 20, "b", 1_000_000, "c", 21, "d", 1)] // of four, three: but it does not go back
    public void Time_OfSeveralEntities_IsWhatMostHaveReached(long expected, params object[] read)
    {
        Read(read);

        _agreed.Time.ShouldBe(Some.At(expected));
    }

    [Fact]
    public void Time_OfAFleetWithSevenWrongClocks_IsThatOfTheOthers()
    {
        AgreedTime agreed = new(Some.Ms, leastSamples: 100); // the wrong ones speak first
        for (int ms = 0; ms <= 50; ms++)
            for (int entity = 0; entity < 30; entity++)
                agreed.OnSample($"e{entity}", Some.At(entity < 7 ? 1_000_000 * (entity + 1) + ms : ms));

        agreed.Time.ShouldBe(Some.At(50));
    }

    [Fact]
    public void Time_BeforeEachEntityHasHadItsSamples_IsNone()
    {
        AgreedTime agreed = new(Some.Ms, leastSamples: 64); // two an entity
        for (int i = 0; i < 2 * 50 - 1; i++) agreed.OnSample($"e{i % 50}", Some.At(i));
        agreed.Time.ShouldBe(EventTime.None);

        agreed.OnSample("e49", Some.At(100));
        agreed.Time.ShouldBe(Some.At(92)); // 91 to 98, and 100
    }

    [Fact]
    public void A_sample_is_ahead_only_where_its_partition_has_enough_samples_of_its_own()
    {
        // Until then its agreed time is the lane's, as it was an idle time ago.
        var options = new AlignOptions(new WindowPlan(2000 * Some.Ms, 1000 * Some.Ms), 0, 3000 * Some.Ms, 8000 * Some.Ms) { LeastSamples = 8 };
        var progress = new PartitionProgress(options, restored: null);
        Sample(0);
        progress.OnReadToEnd(Some.At(4_000), new SilenceMarks(1, 1, 0));

        progress.Ahead(Some.At(600_000)).ShouldBeNull();
        foreach (int second in new[] { 4, 5, 6 }) Sample(second);
        progress.Ahead(Some.At(600_000)).ShouldNotBeNull();

        void Sample(int second)
        {
            foreach (string entity in new[] { "a", "b" }) progress.OnSample(entity, Some.At(1000 * second), isLookback: false, mark: 0);
        }
    }

    [Fact]
    public void Time_AfterASilence_MovesWithTheSampleThatMakesThemEnough()
    {
        AgreedTime agreed = new(Some.Ms, leastSamples: 4);
        agreed.Raise(Some.At(1));
        foreach (string entity in new[] { "a", "b", "a" }) agreed.OnSample(entity, Some.At(10)); // both are ahead of the agreed time already
        agreed.Time.ShouldBe(Some.At(1));

        agreed.OnSample("a", Some.At(11));
        agreed.Time.ShouldBe(Some.At(10));
    }

    [Fact]
    public void Restore_AtAnyPlaceOfAnySamples_GoesOnAsIfNothingHadHappened() => Prop.ForAll(
        Arb.From(
            from count in Gen.Choose(1, 200) // of entities: more than a state lists, too
            from samples in Gen.Choose(0, int.MaxValue).ArrayOf(400)
            from cut in Gen.Choose(0, 400)
            from least in Gen.Elements(0L, 10L, 200L)
            select (Least: least, Samples: samples.Select((s, i) => (Entity: $"e{s % count}", Ms: (long)(i / 4 + s / 1000 % 10))).ToArray(), Cut: cut)),
        run =>
        {
            AgreedTime whole = new(Some.Ms, run.Least), before = new(Some.Ms, run.Least), after = new(Some.Ms, run.Least);
            foreach ((string entity, long ms) in run.Samples) whole.OnSample(entity, Some.At(ms));
            foreach ((string entity, long ms) in run.Samples[..run.Cut]) before.OnSample(entity, Some.At(ms));
            after.Restore(ClockState.FromJson(before.State().ToJson())!);
            foreach ((string entity, long ms) in run.Samples[run.Cut..]) after.OnSample(entity, Some.At(ms));
            return after.Time == whole.Time;
        }).Holds(500);

    [Fact]
    public void FromJson_OfAnotherText_IsNull()
    {
        foreach (string text in new[] { "", "7", "[]", "[1,2]", "[1,2,3,{\"a\":\"b\"}]", "{}", "[1,\"x\",3,{}]" }) ClockState.FromJson(text).ShouldBeNull(text);
        ClockState.FromJson(ClockState.Empty.ToJson()).ShouldBe(ClockState.Empty);
    }

    private void Read(params object[] entitiesAndTimes)
    {
        foreach (object[] read in entitiesAndTimes.Chunk(2)) _agreed.OnSample((string)read[0], Some.At(Convert.ToInt64(read[1])));
    }
}

using FsCheck.Fluent;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Tests.Flow;

namespace StreamPerceiver.Tests.Align;

public sealed class WindowPlanTests
{
    [Theory]
    [InlineData(10, 10, 0, 0, -1)] // tumbling: windows begin and end at whole tens; a time is in one of them
    [InlineData(10, 10, 1, 0, 0)]
    [InlineData(10, 10, 9, 0, 0)]
    [InlineData(10, 10, 10, 1, 0)]
    [InlineData(10, 10, 11, 1, 1)]
    [InlineData(10, 5, 10, 1, 1)] // hopping: 10 is past [0,10), inside [5,15), and not before the start of [10,20)
    [InlineData(10, 5, 11, 1, 2)]
    [InlineData(10, 30, 5, 0, 0)] // hop longer than the window: 5 is in [0,10)
    [InlineData(10, 30, 15, 1, 0)] // 15 is past [0,10) and before [30,40)
    [InlineData(10, 10, -1, -1, -1)]
    [InlineData(10, 10, -10, -1, -2)]
    public void AtTheBounds_StartIsInsideAndEndIsNot(long size, long hop, long time, long firstEndingAfter, long lastStartingBefore)
    {
        var plan = new WindowPlan(size, hop);

        plan.FirstEndingAfter(new EventTime(time)).ShouldBe(firstEndingAfter);
        plan.LastStartingBefore(new EventTime(time)).ShouldBe(lastStartingBefore);
    }

    [Fact]
    public void StartAndEnd_AreSizeApart_AndHopFromOneToTheNext()
    {
        var plan = new WindowPlan(SizeNs: 10, HopNs: 4);

        (plan.Start(3), plan.End(3)).ShouldBe((new EventTime(12), new EventTime(22)));
        (plan.Start(-1), plan.End(-1)).ShouldBe((new EventTime(-4), new EventTime(6)));
    }

    [Fact]
    public void FirstAndLast_AnyPlanAndTime_AreWhatTryingEveryWindowFinds() => Prop.ForAll(
        (from size in Gen.Choose(1, 40)
         from hop in Gen.Choose(1, 40)
         from time in Gen.Choose(-200, 200)
         select (Plan: new WindowPlan(size, hop), Time: new EventTime(time))).ToArbitrary(),
        x =>
        {
            long[] all = Enumerable.Range(-500, 1000).Select(k => (long)k).ToArray();
            x.Plan.FirstEndingAfter(x.Time).ShouldBe(all.First(k => x.Plan.End(k) > x.Time));
            x.Plan.LastStartingBefore(x.Time).ShouldBe(all.Last(k => x.Plan.Start(k) < x.Time));
        }).Holds(2000);

    [Fact]
    public void FirstAndLast_RealTimes_DoNotOverflow()
    {
        var plan = new WindowPlan(2 * EventTime.PerSecond, EventTime.PerSecond);
        var time = new EventTime(9_214_646_399_999_999_999); // the end of 2261

        plan.FirstEndingAfter(time).ShouldBe(9_214_646_398);
        plan.LastStartingBefore(time).ShouldBe(9_214_646_399);
    }
}

using StreamPerceiver.Flow;

namespace StreamPerceiver.Tests.Flow;

public sealed class SlowLaneMemoryTests
{
    private readonly MemoryBudget _budget = new(3200); // the share in flight is 800
    private readonly LaneLease _lane;

    public SlowLaneMemoryTests() => _lane = new LaneLease(_budget);

    // Others may be read while a slow lane has a whole share, and no more than that share is lent.
    [Fact]
    public void AwaitRoom_LaneThatWaitsForASlowRecord_LeavesTheOthersAShare()
    {
        var other = new LaneLease(_budget);
        Record().SetInFlightBytes(800);
        _budget.AwaitRoom(TimeSpan.Zero).ShouldBeFalse();

        _lane.SetAside(true);
        _budget.AwaitRoom(TimeSpan.Zero).ShouldBeTrue();
        Record().SetInFlightBytes(800);
        _budget.AwaitRoom(TimeSpan.Zero).ShouldBeFalse("the slow lane has two shares");

        _lane.Revoke();
        new RecordAck(2, other).SetInFlightBytes(799);
        (_budget.AwaitRoom(TimeSpan.Zero), _budget.BytesInUse).ShouldBe((true, 799));
        new RecordAck(3, other).SetInFlightBytes(1);
        _budget.AwaitRoom(TimeSpan.Zero).ShouldBeFalse("what the revoked lane was lent is gone");
    }

    [Fact]
    public void AwaitRoom_LaneThatIsSlowNoLonger_CountsAgain()
    {
        _lane.SetAside(true);
        Record().SetInFlightBytes(800);
        _budget.AwaitRoom(TimeSpan.Zero).ShouldBeTrue();

        _lane.SetAside(false);
        _budget.AwaitRoom(TimeSpan.Zero).ShouldBeFalse();
    }

    private RecordAck Record() => new(1, _lane);
}

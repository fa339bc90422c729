using FsCheck;
using FsCheck.Fluent;
using StreamPerceiver.Flow;
using Outcome = StreamPerceiver.Flow.Outcome;

namespace StreamPerceiver.Tests.Flow;

public sealed class MemoryBudgetTests
{
    private const long Bytes = 3200; // shares: 800 in flight, 800 held
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(1);

    private readonly MemoryBudget _budget = new(Bytes);
    private readonly LaneLease _lane;

    public MemoryBudgetTests() => _lane = new LaneLease(_budget);

    [Fact]
    public void Shares_OfAnyBudget_LeaveSomeOfItForWhatIsNotCounted()
        => (_budget.FetchBytes + _budget.PrefetchBytes + _budget.InFlightShare + _budget.HeldShare).ShouldBeLessThan(Bytes * 2 / 3);

    [Fact]
    public void BytesInUse_RecordOnItsWay_IsWhatTheRecordKeepsAliveFromStageToStage()
    {
        RecordAck record = Record();
        record.SetInFlightBytes(100);
        _budget.BytesInUse.ShouldBe(100);

        record.AddHeldBytes(30);
        _budget.BytesInUse.ShouldBe(30);

        record.ReturnBytes();
        record.Release(Outcome.Used);
        (_budget.BytesInUse, _budget.PeakBytesInUse).ShouldBe((0, 100));
    }

    [Theory]
    [InlineData(Outcome.Late)]
    [InlineData(Outcome.Rejected)]
    public void BytesInUse_RecordThatSettlesOnItsWay_IsGivenBackWithTheLastHold(Outcome outcome)
    {
        RecordAck record = Record().Retain();
        record.SetInFlightBytes(100);

        record.Release(outcome);
        _budget.BytesInUse.ShouldBe(100);
        record.Release(outcome);

        _budget.BytesInUse.ShouldBe(0);
    }

    [Fact]
    public void BytesInUse_Window_CountsUntilTheModelHasSeenItOrItIsReleased()
    {
        var seen = new WindowAck([Record()], 50);
        var released = new WindowAck([Record()], 7);
        _budget.BytesInUse.ShouldBe(57);

        seen.ReturnBytes();
        _budget.BytesInUse.ShouldBe(7);

        released.Release(Outcome.Used);
        seen.Release(Outcome.Used);
        _budget.BytesInUse.ShouldBe(0);
    }

    [Fact]
    public void BytesInUse_LaneThatGoes_TakesAllItsBytesWithIt()
    {
        RecordAck held = Record(), inFlight = Record();
        held.AddHeldBytes(30);
        inFlight.SetInFlightBytes(100);
        var other = new RecordAck(0, new LaneLease(_budget));
        other.SetInFlightBytes(1);

        _lane.Revoke();
        _lane.Revoke();
        inFlight.AddHeldBytes(50); // still on its way through the graph
        held.Release(Outcome.Skipped);

        _budget.BytesInUse.ShouldBe(1);
    }

    [Fact]
    public void IsScarce_HeldShareIsReached_StaysUntilHalfOfItIsFree()
    {
        RecordAck big = Record(), small = Record();
        big.AddHeldBytes(500);
        small.AddHeldBytes(299);
        _budget.IsScarce.ShouldBeFalse();

        small.AddHeldBytes(1);
        _budget.IsScarce.ShouldBeTrue();
        big.RemoveHeldBytes(400);
        _budget.IsScarce.ShouldBeTrue(); // 400 held
        small.RemoveHeldBytes(1);
        _budget.IsScarce.ShouldBeFalse();
        big.AddHeldBytes(400);
        _budget.IsScarce.ShouldBeFalse(); // 799: the whole share counts again
    }

    [Fact]
    public void AwaitRoom_HeldAlone_NeverKeepsReadingWaiting()
    {
        Record().AddHeldBytes(100 * Bytes);

        _budget.AwaitRoom(TimeSpan.Zero).ShouldBeTrue();
    }

    [Fact]
    public async Task AwaitRoom_FullInFlight_WaitsUntilSomeOfItHasGone()
    {
        RecordAck first = Record(), second = Record();
        first.SetInFlightBytes(799);
        _budget.AwaitRoom(TimeSpan.Zero).ShouldBeTrue();
        second.SetInFlightBytes(1);
        _budget.AwaitRoom(TimeSpan.Zero).ShouldBeFalse();

        Task<bool> waiting = Task.Run(() => _budget.AwaitRoom(Never));
        second.AddHeldBytes(1);

        (await waiting).ShouldBeTrue();
    }

    /// <summary>What happens to one of a few records in one of two lanes.</summary>
    private sealed record Step(int Lane, int Record, int What, int Size);

    private static readonly Gen<Step> Steps =
        from lane in Gen.Choose(0, 1)
        from record in Gen.Choose(0, 4)
        from what in Gen.Choose(0, 4)
        from size in Gen.Choose(0, 1000)
        select new Step(lane, record, what, size);

    [Fact]
    public void BytesInUse_AnySequence_IsTheSumOfWhatIsAlive() => Prop.ForAll(Steps.ArrayOf().ToArbitrary(), steps =>
    {
        var budget = new MemoryBudget(Bytes);
        LaneLease[] lanes = [new(budget), new(budget)];
        RecordAck[][] acks = [.. lanes.Select(lane => Enumerable.Range(0, 5).Select(i => new RecordAck(i, lane)).ToArray())];
        var inFlight = new long[2, 5];
        var held = new long[2, 5];
        long peak = 0;
        bool scarce = false;
        for (int i = 0; i < steps.Length; i++)
        {
            (int l, int r, int what, int size) = steps[i];
            if (what == 0) acks[l][r].SetInFlightBytes(size);
            else if (what == 1) acks[l][r].AddHeldBytes(size);
            else if (what == 2) acks[l][r].RemoveHeldBytes(Math.Min(size, held[l, r]));
            else acks[l][r].ReturnBytes();
            (inFlight[l, r], held[l, r]) = what switch
            {
                0 => (size, 0),
                1 => (0, held[l, r] + size),
                2 => (inFlight[l, r], held[l, r] - Math.Min(size, held[l, r])),
                _ => (0L, 0L),
            };

            long holds = held.Cast<long>().Sum(), now = inFlight.Cast<long>().Sum() + holds;
            scarce = holds >= (scarce ? budget.HeldShare / 2 : budget.HeldShare);
            peak = Math.Max(peak, now);
            (budget.BytesInUse, budget.PeakBytesInUse, budget.IsScarce).ShouldBe((now, peak, scarce));
            budget.AwaitRoom(TimeSpan.Zero).ShouldBe(now - holds < budget.InFlightShare);
        }

        lanes[0].Revoke();
        foreach (RecordAck ack in acks[1]) ack.Release(Outcome.Used);
        budget.BytesInUse.ShouldBe(0);
    }).Holds();

    private RecordAck Record() => new(0, _lane);
}

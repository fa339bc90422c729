using FsCheck;
using FsCheck.Fluent;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Tests.Flow;
using Outcome = StreamPerceiver.Flow.Outcome;

namespace StreamPerceiver.Tests.Ingest;

public sealed class OffsetLedgerTests
{
    private readonly OffsetLedger _ledger = new();

    [Fact]
    public void CommittableOffset_NothingRead_IsNull() => _ledger.CommittableOffset().ShouldBeNull();

    [Fact]
    public void CommittableOffset_IsTheOldestRecordNotSettled()
    {
        RecordAck[] acks = [_ledger.Track(5), _ledger.Track(6), _ledger.Track(7)];
        _ledger.CommittableOffset().ShouldBe(5);

        acks[1].Release(Outcome.Used);
        _ledger.CommittableOffset().ShouldBe(5);

        acks[0].Release(Outcome.Late);
        _ledger.CommittableOffset().ShouldBe(7);

        acks[2].Release(Outcome.Skipped);
        _ledger.CommittableOffset().ShouldBe(8);
    }

    [Fact]
    public void NoteEnd_BehindMarkersAtTheEnd_IsCommittedOnceAllRecordsAreSettled()
    {
        RecordAck ack = _ledger.Track(5);
        _ledger.NoteEnd(8);
        _ledger.CommittableOffset().ShouldBe(5);

        ack.Release(Outcome.Used);
        _ledger.CommittableOffset().ShouldBe(8);
        _ledger.NoteEnd(8);
        _ledger.Track(8);
        _ledger.CommittableOffset().ShouldBe(8);
    }

    [Fact]
    public void NoteEnd_OfAPartitionWithoutARecord_IsCommitted()
    {
        _ledger.NoteEnd(3);

        _ledger.CommittableOffset().ShouldBe(3);
    }

    [Fact]
    public void TrackLoss_UntilItIsReleased_KeepsTheOffsetBeforeTheLoss()
    {
        RecordAck loss = _ledger.TrackLoss(5, 9);
        _ledger.Track(9).Release(Outcome.Used);
        _ledger.CommittableOffset().ShouldBe(5);

        loss.Release(Outcome.Skipped);

        _ledger.CommittableOffset().ShouldBe(10);
        (_ledger.Read(), _ledger.Lost, _ledger.Held(), _ledger.Settled(Outcome.Skipped)).ShouldBe((1, 4, 0, 0));
    }

    [Fact]
    public void Track_OffsetsWithGaps_AreTakenAsTheyCome()
    {
        // Compaction and transaction markers take offsets away.
        _ledger.Track(5).Release(Outcome.Used);
        _ledger.Track(9);
        _ledger.CommittableOffset().ShouldBe(9);

        _ledger.Track(40);
        _ledger.Read().ShouldBe(3);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(8)]
    public void Track_OffsetGoesBack_IsRefused(long offset)
    {
        _ledger.Track(9);

        Should.Throw<ArgumentOutOfRangeException>(() => _ledger.Track(offset)).Message.ShouldContain("expected 10 or more");
    }

    [Fact]
    public void Settled_SharedRecord_CountsOnceAtItsLastRelease()
    {
        RecordAck ack = _ledger.Track(0).Retain();
        ack.Release(Outcome.Used);
        (_ledger.Settled(Outcome.Used), _ledger.Held()).ShouldBe((0, 1));

        ack.Release(Outcome.Skipped);
        (_ledger.Settled(Outcome.Used), _ledger.Settled(Outcome.Skipped), _ledger.Held()).ShouldBe((1, 0, 0));
    }

    /// <summary>One thing that happens: a record is read after a gap, or the pick-th record that is still held is settled.</summary>
    private sealed record Step(bool Read, int Gap, int Pick, Outcome Outcome);

    private static readonly Gen<Step[]> Lives =
        (from read in Gen.Elements(true, false)
         from gap in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Choose(1, 3)))
         from pick in Gen.Choose(0, 1000)
         from outcome in Gen.Elements(Enum.GetValues<Outcome>())
         select new Step(read, gap, pick, outcome)).ArrayOf(60);

    [Fact]
    public void CommittableOffset_RecordsSettleInAnyOrder_NeverPassesOneThatIsHeldAndEndsPastTheLast() => Prop.ForAll(Lives.ToArbitrary(), steps =>
    {
        var ledger = new OffsetLedger();
        List<RecordAck> held = [];
        long next = 0;
        foreach (Step step in steps)
        {
            if (step.Read)
            {
                held.Add(ledger.Track(next + step.Gap));
                next += step.Gap + 1;
            }
            else if (held.Count > 0)
            {
                held[step.Pick % held.Count].Release(step.Outcome);
                held.RemoveAt(step.Pick % held.Count);
            }

            ledger.CommittableOffset().ShouldBe(held.Count > 0 ? held[0].Offset : next > 0 ? next : null);
        }

        foreach (RecordAck ack in Enumerable.Reverse(held)) ack.Release(Outcome.Used);
        ledger.CommittableOffset().ShouldBe(next > 0 ? next : null);
    }).Holds(500);

    [Fact]
    public void Account_AtEveryStep_AddsUpToWhatWasRead() => Prop.ForAll(Lives.ToArbitrary(), steps =>
    {
        var ledger = new OffsetLedger();
        List<RecordAck> held = [];
        Dictionary<Outcome, long> settled = Enum.GetValues<Outcome>().ToDictionary(o => o, _ => 0L);
        foreach (Step step in steps)
        {
            if (step.Read) held.Add(ledger.Track(ledger.Read()));
            else if (held.Count > 0)
            {
                held[step.Pick % held.Count].Release(step.Outcome);
                held.RemoveAt(step.Pick % held.Count);
                settled[step.Outcome]++;
            }

            if (step.Pick % 3 == 0) ledger.CommittableOffset(); // counts the same before and after a commit

            RecordAccount account = RecordAccount.FromLedger("imu", 0, ledger, 0);
            account.Balances.ShouldBeTrue();
            account.Held.ShouldBe(held.Count);
            new[] { account.Skipped, account.Late, account.Rejected, account.Used }.ShouldBe(settled.OrderBy(s => s.Key).Select(s => s.Value));
        }
    }).Holds(500);
}

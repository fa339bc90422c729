using StreamPerceiver.Flow;

namespace StreamPerceiver.Tests.Flow;

public sealed class AckTests
{
    [Theory]
    [InlineData(Outcome.Skipped)]
    [InlineData(Outcome.Late)]
    [InlineData(Outcome.Rejected)]
    [InlineData(Outcome.Used)]
    public void Release_TheOnlyHolder_Settles(Outcome outcome)
    {
        var record = new RecordAck(7);
        record.Settled.ShouldBeNull();

        record.Release(outcome);

        record.Settled.ShouldBe(outcome);
        record.Offset.ShouldBe(7);
    }

    [Theory]
    [InlineData(Outcome.Used, Outcome.Skipped, Outcome.Skipped)]
    [InlineData(Outcome.Skipped, Outcome.Used, Outcome.Skipped)]
    [InlineData(Outcome.Skipped, Outcome.Skipped, Outcome.Used)]
    public void Release_SharedByThree_SettlesAtTheLastWithTheGreatestOutcome(Outcome first, Outcome second, Outcome third)
    {
        RecordAck record = new RecordAck(7).Retain().Retain();

        record.Release(first);
        record.Release(second);
        record.Settled.ShouldBeNull();
        record.Release(third);

        record.Settled.ShouldBe(Outcome.Used);
    }

    [Fact]
    public void Release_MoreOftenThanHeld_NamesTheOffset()
    {
        var record = new RecordAck(7);
        record.Release(Outcome.Used);

        Should.Throw<InvalidOperationException>(() => record.Release(Outcome.Used)).Message.ShouldContain("offset 7");
    }

    [Fact]
    public void Release_Window_ReleasesOneHoldOnEachOfItsRecords()
    {
        // record 1 is in the first window, record 2 in both, record 3 in the second
        RecordAck one = new(1), two = new RecordAck(2).Retain(), three = new(3);
        var first = new WindowAck([one, two]);
        var second = new WindowAck([two, three]);

        first.Release(Outcome.Used);
        new[] { one.Settled, two.Settled, three.Settled }.ShouldBe([Outcome.Used, null, null]);

        second.Release(Outcome.Skipped);
        new[] { one.Settled, two.Settled, three.Settled }.ShouldBe([Outcome.Used, Outcome.Used, Outcome.Skipped]);
    }

    [Fact]
    public void Release_ByManyThreadsAtOnce_SettlesOnceWithTheGreatestOutcome()
    {
        for (int round = 0; round < 500; round++)
        {
            const int Holders = 16;
            var record = new RecordAck(round);
            for (int i = 1; i < Holders; i++) record.Retain();
            int best = round % Holders;

            Parallel.For(0, Holders, i => record.Release(i == best ? Outcome.Rejected : i % 2 == 0 ? Outcome.Skipped : Outcome.Late));

            record.Settled.ShouldBe(Outcome.Rejected);
        }
    }

    [Fact]
    public void Acks_of_a_lane_are_void_once_it_is_given_up()
    {
        var lease = new LaneLease();
        var record = new RecordAck(7, lease);
        var window = new WindowAck([record, new RecordAck(8, lease)]);

        (record.IsRevoked, window.IsRevoked).ShouldBe((false, false));
        lease.Revoke();

        (record.IsRevoked, window.IsRevoked, new RecordAck(9).IsRevoked).ShouldBe((true, true, false));
    }
}

using FsCheck;
using FsCheck.Fluent;
using StreamPerceiver.Ingest;
using StreamPerceiver.TestKit;
using StreamPerceiver.Tests.Flow;

namespace StreamPerceiver.Tests.Ingest;

public sealed class SkewGateTests
{
    private const int A = 0, B = 1, C = 2;

    private readonly SkewGate _gate = new([false, false, false], maxAheadNs: 10 * Some.Ms, scarceAheadNs: 4 * Some.Ms);

    [Fact]
    public void ShouldWait_NothingRead_IsFalse() => Waiting(A, B, C).ShouldBe([false, false, false]);

    [Fact]
    public void ShouldWait_AheadOfABacklog_OnlyBeyondTheLimit()
    {
        Saw(A, 0, B, 0, C, 0, A, 10);
        Waiting(A, B, C).ShouldBe([false, false, false]);

        Saw(A, 11);
        Waiting(A, B, C).ShouldBe([true, false, false]);
    }

    [Fact]
    public void ShouldWait_OnceWaiting_UntilTheGapHasHalved()
    {
        Saw(A, 0, B, 0, C, 0, A, 20);
        Waiting(A).ShouldBe([true]);

        Saw(B, 14, C, 14);
        Waiting(A).ShouldBe([true]); // 6 ahead: would not begin to wait here

        Saw(B, 15, C, 15);
        Waiting(A).ShouldBe([false]); // 5 ahead

        Saw(A, 24);
        Waiting(A).ShouldBe([false]); // 9 ahead: the whole limit counts again
    }

    [Fact]
    public void ShouldWait_OthersHaveNothingUnread_NeverWaits()
    {
        Saw(B, 0);
        _gate.OnEnd(B);
        _gate.OnEnd(C); // and has never spoken

        Saw(A, 0, A, 1_000_000);

        Waiting(A).ShouldBe([false]);
    }

    [Fact]
    public void ShouldWait_CaughtUpInputSpeaksAgain_HoldsTheOthersBackAgain()
    {
        _gate.OnEnd(B);
        _gate.OnEnd(C);
        Saw(A, 100);
        Waiting(A).ShouldBe([false]);

        Saw(B, 50);

        Waiting(A).ShouldBe([true]);
    }

    [Fact]
    public void ShouldWait_InputThatHasNotSpokenYet_StandsWhereTheLaneBegan()
    {
        Saw(A, 1_000);
        Waiting(A, B, C).ShouldBe([false, false, false]);

        Saw(A, 1_011);
        Waiting(A, B, C).ShouldBe([true, false, false]);
    }

    [Fact]
    public void ShouldWait_RecordOutOfOrder_DoesNotMoveAnInputBack()
    {
        Saw(A, 0, B, 8, C, 8, B, 0);
        Saw(A, 18);

        Waiting(A).ShouldBe([false]);
    }

    [Fact]
    public void ShouldWait_MemoryIsScarce_KeepsTheInputsCloserAndNeverHoldsTheLastOneBack()
    {
        Saw(A, 0, B, 0, C, 2, A, 5);
        Waiting(A, B, C).ShouldBe([false, false, false]); // 5 ahead, of 10

        WaitingWhileScarce(A, B, C).ShouldBe([true, false, false]); // of 4

        Saw(B, 3, C, 3);
        WaitingWhileScarce(A, B, C).ShouldBe([false, false, false]); // 2 ahead: half of 4
    }

    [Fact]
    public void ShouldWait_MemoryIsScarce_ASilentInputStandsWhereItsSilenceWasConfirmed()
    {
        Saw(B, 0, A, 5);
        _gate.OnEnd(B);
        _gate.OnEnd(C); // and has never spoken
        Waiting(A).ShouldBe([false]);
        WaitingWhileScarce(A).ShouldBe([true]);

        _gate.OnMark(1);
        _gate.OnSilentUntil(B, 1);
        WaitingWhileScarce(A).ShouldBe([true]); // C is not confirmed yet
        _gate.OnSilentUntil(C, 1);

        WaitingWhileScarce(A).ShouldBe([false]);
        Saw(A, 10);
        WaitingWhileScarce(A).ShouldBe([true]);
    }

    /// <summary>Event times of each input's records in milliseconds, and in which order those that may run are picked.</summary>
    private sealed record Backlog(int[][] Times, int[] Picks)
    {
        public override string ToString() => string.Join(" | ", Times.Select(t => string.Join(' ', t)));
    }

    // Records of an input are nearly in order: steps of -3 to 12 ms from anywhere in the first 100 ms.
    private static readonly Gen<Backlog> Backlogs =
        from inputs in Gen.Choose(1, 4)
        from starts in Gen.Choose(0, 100).ArrayOf(inputs)
        from steps in Gen.Choose(-3, 12).ArrayOf().ArrayOf(inputs)
        from picks in Gen.Choose(0, 1000).ArrayOf(500)
        select new Backlog(steps.Select((s, i) => s.Select((_, n) => starts[i] + s.Take(n).Sum()).ToArray()).ToArray(), picks);

    [Fact]
    public void ShouldWait_AnyBacklog_OneInputMayAlwaysRunAndNoneRunsFarAhead() => Prop.ForAll(Backlogs.ToArbitrary(), backlog =>
    {
        const long MaxAhead = 10, ScarceAhead = 4;
        int inputs = backlog.Times.Length;
        var gate = new SkewGate(new bool[inputs], MaxAhead * Some.Ms, ScarceAhead * Some.Ms);
        var read = new int[inputs];
        var latest = new long?[inputs];
        long first = -1;
        int[] Unread() => Enumerable.Range(0, inputs).Where(i => read[i] < backlog.Times[i].Length).ToArray();
        for (int i = 0; i < inputs; i++)
            if (backlog.Times[i].Length == 0) gate.OnEnd(i);

        for (int turn = 0; Unread() is { Length: > 0 } unread; turn++)
        {
            int pick = backlog.Picks[turn % backlog.Picks.Length];
            bool scarce = pick % 5 < 2; // comes and goes
            int[] Free() => unread.Where(i => !gate.ShouldWait(i, scarce)).ToArray();
            int[] free = Free();
            if (free.Length == 0)
            {
                // Only silence that the brokers have not confirmed may hold everybody back, and only while memory is scarce.
                scarce.ShouldBeTrue();
                gate.OnMark(turn);
                for (int i = 0; i < inputs; i++)
                    if (read[i] == backlog.Times[i].Length) gate.OnSilentUntil(i, turn);
                free = Free();
            }

            free.ShouldNotBeEmpty("nobody may run, and somebody has records");
            int input = free[pick % free.Length];
            if (latest[input] is { } mine) (mine - unread.Min(i => latest[i] ?? first)).ShouldBeLessThanOrEqualTo(scarce ? ScarceAhead : MaxAhead);

            int time = backlog.Times[input][read[input]++];
            if (first < 0) first = time;
            latest[input] = Math.Max(latest[input] ?? time, time);
            gate.OnRecord(input, "press-7", Some.At(time));
            if (read[input] == backlog.Times[input].Length) gate.OnEnd(input);
        }
    }).Holds(1000);

    private void Saw(params int[] inputsAndTimes)
    {
        foreach (int[] seen in inputsAndTimes.Chunk(2)) _gate.OnRecord(seen[0], "press-7", Some.At(seen[1]));
    }

    private bool[] Waiting(params int[] inputs) => inputs.Select(i => _gate.ShouldWait(i, scarce: false)).ToArray();

    private bool[] WaitingWhileScarce(params int[] inputs) => inputs.Select(i => _gate.ShouldWait(i, scarce: true)).ToArray();
}

using FsCheck;
using FsCheck.Fluent;
using StreamPerceiver.Infer;

namespace StreamPerceiver.Tests.Infer;

/// <summary>Who goes next on a shared device.</summary>
public sealed class FairTurnsTests
{
    private readonly FairTurns _turns = new();

    [Fact]
    public void Equal_costs_take_turns()
    {
        Join(2);

        Serve(6, [1, 1]).ShouldBe([0, 1, 0, 1, 0, 1]);
    }

    [Fact]
    public void Work_of_a_tenth_of_the_cost_gets_ten_turns_for_one()
    {
        Join(2);

        int[] served = [.. Serve(110, [100, 10])];

        served.Count(s => s == 0).ShouldBe(10);
        served.Count(s => s == 1).ShouldBe(100);
    }

    [Fact]
    public void A_share_that_comes_back_is_not_repaid_for_the_time_it_was_idle()
    {
        Join(2);
        for (int i = 0; i < 100; i++) Turn([0], [7]);

        _turns.Activate(1);

        Serve(4, [7, 7]).Count(s => s == 1).ShouldBe(2);
    }

    [Fact]
    public void A_share_that_joins_late_is_not_repaid_for_the_time_before()
    {
        Join(1);
        for (int i = 0; i < 100; i++) Turn([0], [7]);

        Join(1);

        Serve(4, [7, 7]).Count(s => s == 1).ShouldBe(2);
    }

    [Fact]
    public void Going_idle_again_and_again_gains_nothing()
    {
        Join(2);
        int[] served = new int[2];
        for (int i = 0; i < 100; i++)
        {
            _turns.Activate(1); // as if it had nothing waiting before each turn
            served[Turn([0, 1], [5, 5])]++;
        }

        served.ShouldBe([50, 50]);
    }

    [Fact]
    public void Work_that_costs_nothing_does_not_hold_the_device_for_ever()
    {
        Join(2);

        Serve(10, [0, 0]).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void Between_any_two_moments_at_which_two_shares_wait_they_are_served_alike_but_for_one_turn_of_each()
        => Prop.ForAll(Loads.ToArbitrary(), IsFair).QuickCheckThrowOnFailure();

    /// <summary>Per step: which shares have work, by bits, and what the turn that is given costs.</summary>
    private static readonly Gen<(int Waiting, int Cost)[]> Loads =
        (from waiting in Gen.Frequency((6, Gen.Constant(7)), (4, Gen.Choose(1, 7)))
         from cost in Gen.Frequency((3, Gen.Choose(0, 5)), (1, Gen.Choose(0, 1000)))
         select (waiting, cost)).ListOf().Where(steps => steps.Count > 0).Select(steps => steps.ToArray());

    private static bool IsFair((int Waiting, int Cost)[] steps)
    {
        const int Shares = 3;
        var turns = new FairTurns();
        for (int i = 0; i < Shares; i++) turns.AddShare();
        var served = new long[steps.Length + 1, Shares];
        var largest = new long[Shares];
        for (int t = 0; t < steps.Length; t++)
        {
            int[] waiting = [.. Enumerable.Range(0, Shares).Where(s => (steps[t].Waiting >> s & 1) == 1)];
            foreach (int share in waiting.Where(s => t == 0 || (steps[t - 1].Waiting >> s & 1) == 0)) turns.Activate(share);
            int next = turns.TakeTurn(waiting);
            turns.Charge(next, steps[t].Cost);
            for (int s = 0; s < Shares; s++) served[t + 1, s] = served[t, s] + (s == next ? Math.Max(1, steps[t].Cost) : 0);
            largest[next] = Math.Max(largest[next], Math.Max(1, steps[t].Cost));
        }

        return (from a in Enumerable.Range(0, Shares)
                from b in Enumerable.Range(0, a)
                from first in Enumerable.Range(0, steps.Length)
                from length in Enumerable.Range(1, steps.Length - first).TakeWhile(l => Both(steps[first + l - 1].Waiting, a, b))
                let difference = served[first + length, a] - served[first, a] - (served[first + length, b] - served[first, b])
                select Math.Abs(difference) <= largest[a] + largest[b]).All(fair => fair);
    }

    private static bool Both(int waiting, int a, int b) => (waiting >> a & waiting >> b & 1) == 1;

    private void Join(int shares)
    {
        for (int i = 0; i < shares; i++) _turns.AddShare();
    }

    /// <summary>Gives turns to shares that always wait, and whose turns cost so much.</summary>
    private IEnumerable<int> Serve(int turns, int[] costs) => [.. Enumerable.Range(0, turns).Select(_ => Turn([.. Enumerable.Range(0, costs.Length)], costs))];

    private int Turn(int[] waiting, int[] costs)
    {
        int next = _turns.TakeTurn(waiting);
        _turns.Charge(next, costs[next]);
        return next;
    }
}

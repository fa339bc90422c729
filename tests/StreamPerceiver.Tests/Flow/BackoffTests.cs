using StreamPerceiver.Flow;

namespace StreamPerceiver.Tests.Flow;

public sealed class BackoffTests
{
    private static readonly double[] Longest = [1, 2, 4, 8, 16, 30, 30, 30];

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0.5, 0.75)]
    [InlineData(0.999, 0.9995)]
    public void Pauses_double_to_the_limit_and_half_of_each_is_chance(double chance, double share)
    {
        Backoff backoff = New(new Fixed(chance));

        foreach (double longest in Longest) backoff.NextPause().TotalSeconds.ShouldBe(longest * share, 1e-6);
    }

    [Fact]
    public void After_a_success_the_pauses_begin_anew()
    {
        Backoff backoff = New(new Fixed(0));
        for (int i = 0; i < 4; i++) backoff.NextPause();

        backoff.Reset();

        backoff.NextPause().ShouldBe(TimeSpan.FromSeconds(0.5));
        backoff.NextPause().ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_hundred_tries_later_the_limit_still_holds()
    {
        Backoff backoff = New(new Random(1));

        for (int i = 0; i < 100; i++) backoff.NextPause().ShouldBeInRange(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Workers_that_were_cut_off_together_come_back_apart()
    {
        Backoff one = New(new Random(1)), other = New(new Random(2));

        Longest.Select(_ => (one.NextPause() - other.NextPause()).Duration()).ShouldAllBe(apart => apart > TimeSpan.FromMilliseconds(10));
    }

    private static Backoff New(Random random) => new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), random);

    private sealed class Fixed(double chance) : Random(0)
    {
        public override double NextDouble() => chance;
    }
}

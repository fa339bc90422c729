using StreamPerceiver.Model;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Worker.Tests;

/// <summary>The search for the largest safe batch, on models that are only sums.</summary>
public sealed class BatchInvarianceTests
{
    private const int Limit = 8;

    private static readonly Dictionary<string, (int Tokens, int Channels)> Shapes = new() { ["imu"] = (3, 2), ["camera"] = (5, 7) };

    [Fact]
    public void A_model_that_does_not_depend_on_its_batch_may_use_the_limit()
        => Largest((_, sum, _) => sum).ShouldBe(Limit);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void A_model_that_changes_from_some_size_on_may_use_one_less(int first)
        => Largest((batch, sum, _) => batch >= first ? MathF.BitIncrement(sum) : sum).ShouldBe(first - 1);

    [Fact]
    public void A_size_that_happens_to_agree_does_not_count_behind_one_that_does_not()
        => Largest((batch, sum, _) => batch == 4 ? -sum : sum).ShouldBe(3);

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Every_position_is_looked_at(int position)
        => Largest((batch, sum, row) => batch == 6 && row == position ? sum + 1 : sum).ShouldBe(5);

    [Fact]
    public void Every_output_is_looked_at()
        => new BatchInvariance(Shapes, new Dictionary<string, int>(), (batch, inputs) => new Dictionary<string, float[]>
        {
            ["a"] = Sums(batch, inputs),
            ["b"] = [.. Sums(batch, inputs).SelectMany(s => new[] { 0, batch > 2 ? s + 1 : s })],
        }).LargestBatch(Limit).ShouldBe(2);

    [Fact]
    public void Bits_are_compared_and_not_values()
    {
        Largest((batch, _, _) => batch == 3 ? -0f : 0f).ShouldBe(2);
        Largest((_, _, _) => float.NaN).ShouldBe(Limit);
    }

    [Fact]
    public void One_window_at_a_time_needs_no_comparison() => Largest((batch, sum, _) => sum + batch, limit: 1).ShouldBe(1);

    [Fact]
    public void Every_window_of_a_trial_differs_and_every_run_of_one_size_has_the_same()
    {
        List<float[]> seen = [];
        Largest((_, sum, _) => sum, onRun: sums => seen.Add(sums));

        seen[^1].Distinct().Count().ShouldBe(Limit);
        seen.Where(s => s.Length == 1).SelectMany(s => s).ShouldBe(seen[^1]);
        seen.Where(s => s.Length > 1).Select(s => s.Length).ShouldBe(Enumerable.Range(2, Limit - 1));
    }

    private static int Largest(Func<int, float, int, float> answer, int limit = Limit, Action<float[]>? onRun = null)
        => new BatchInvariance(Shapes, new Dictionary<string, int>(), (batch, inputs) =>
        {
            float[] sums = Sums(batch, inputs);
            onRun?.Invoke(sums);
            return new Dictionary<string, float[]> { ["answer"] = [.. sums.Select((sum, row) => answer(batch, sum, row))] };
        }).LargestBatch(limit);

    /// <summary>The sum of each window's content; inputs in the order of their names.</summary>
    private static float[] Sums(int batch, IReadOnlyDictionary<string, ArrayInput> inputs)
        => [.. Enumerable.Range(0, batch).Select(row => inputs.OrderBy(i => i.Key, StringComparer.Ordinal).Sum(i =>
        {
            int size = Shapes[i.Key].Tokens * Shapes[i.Key].Channels;
            i.Value.Content.Length.ShouldBe(batch * size);
            return i.Value.Content.Slice(row * size, size).ToArray().Sum();
        }))];
}

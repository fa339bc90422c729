using StreamPerceiver.Formats;

namespace StreamPerceiver.Model.Tests;

public sealed class ArrayComparisonTests
{
    [Fact]
    public void The_largest_difference_and_its_place_are_found()
    {
        ArrayComparison row = Of("logits", [1, 2, 3, 4], [1, 2.5f, 2, 4]);

        (row.Name, row.Largest, row.At, row.Problem).ShouldBe(("logits", 1.0, 2L, null));
        row.RootMeanSquare.ShouldBe(Math.Sqrt((0.25 + 1) / 4), 1e-12);
        row.IsWithin(1).ShouldBeTrue();
        row.IsWithin(0.999).ShouldBeFalse();
    }

    [Theory]
    [InlineData(float.NaN, 1f, double.PositiveInfinity)]
    [InlineData(1f, float.NaN, double.PositiveInfinity)]
    [InlineData(float.PositiveInfinity, float.NegativeInfinity, double.PositiveInfinity)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity, 0)]
    [InlineData(float.NaN, float.NaN, 0)]
    public void Numbers_that_are_none_differ_from_all_but_their_like(float a, float b, double difference)
        => Of("logits", [a], [b]).Largest.ShouldBe(difference);

    [Fact]
    public void Another_shape_is_a_problem() => ArrayComparison.CompareFiles(
            new Dictionary<string, NpyArray> { ["logits"] = NpyArray.FromFloats([1, 4], new float[4]) },
            new Dictionary<string, NpyArray> { ["logits"] = NpyArray.FromFloats([2, 2], new float[4]) })
        .ShouldHaveSingleItem().Problem.ShouldBe("[1, 4] in the first file, [2, 2] in the second");

    [Fact]
    public void An_output_that_only_one_file_has_is_a_problem_and_an_input_is_not()
    {
        NpyArray array = NpyArray.FromFloats([1], [1]);
        IReadOnlyList<ArrayComparison> rows = ArrayComparison.CompareFiles(
            new Dictionary<string, NpyArray> { ["inputs.image"] = array, ["attention_mask"] = array, ["logits.label"] = array, ["logits.image"] = array },
            new Dictionary<string, NpyArray> { ["logits.label"] = array, ["logits.audio"] = array });

        rows.Select(r => $"{r.Name} {r.Problem}".TrimEnd())
            .ShouldBe(["logits.audio only in the second file", "logits.image only in the first file", "logits.label"]);
        rows.Select(r => r.IsWithin(double.MaxValue)).ShouldBe([false, false, true]);
    }

    private static ArrayComparison Of(string name, float[] a, float[] b) => ArrayComparison.CompareFiles(
        new Dictionary<string, NpyArray> { [name] = NpyArray.FromFloats([a.Length], a) },
        new Dictionary<string, NpyArray> { [name] = NpyArray.FromFloats([b.Length], b) }).ShouldHaveSingleItem();
}

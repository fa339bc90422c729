using FsCheck.Fluent;

namespace StreamPerceiver.Model.Tests;

public sealed class FourierTests
{
    // Anchors are printed to six digits.
    private const double Printed = 1e-6;

    [Fact]
    public void Linspace_counts_as_the_reference_does()
    {
        float[] frequencies = FourierPositions.Linspace(1f, 15360f, 192);

        new[] { frequencies[1], frequencies[95], frequencies[96], frequencies[190] }.ShouldBe([81.4136124f, 7640.2929688f, 7720.7070312f, 15279.5859375f]);
    }

    [Fact]
    public void Linspace_of_one_number_is_its_start() => FourierPositions.Linspace(-1f, 1f, 1).ShouldBe([-1f]);

    [Fact]
    public void Linspace_reaches_both_ends_and_is_its_own_mirror() => Prop.ForAll(
        Gen.Choose(2, 5000).ToArbitrary(),
        n =>
        {
            float[] line = FourierPositions.Linspace(-1f, 1f, n);
            return line.Length == n && line[0] == -1f && line[^1] == 1f
                && Enumerable.Range(0, n / 2).All(i => line[i] == -line[n - 1 - i]);
        }).Holds();

    [Fact]
    public void An_image_position_has_the_references_features()
    {
        float[] row = new FourierPositions(64, [224, 224]).OverGrid([224, 224]).At([(17 * 224) + 200]);

        row.Length.ShouldBe(258);
        int[] channels = [0, 1, 2, 65, 66, 129, 130, 193, 194, 257];
        double[] expected = [-0.847534, 0.793722, -0.460881, -0.237197, 0.603626, 0.318395, -0.887462, -0.971462, -0.797268, -0.947958];
        ShouldBeNear(channels.Select(c => row[c]), expected);
    }

    [Theory]
    [InlineData(1, new[] { 0, 1, 2, 192, 193, 384 }, new[] { -0.998958, -0.003274, 0.858766, 0.023456, -0.999995, 0.999725 })]
    [InlineData(1000, new[] { 0, 1, 100, 192, 193, 300, 384 }, new[] { 0.042210, 0.132217, 0.218144, 0.873592, 0.991221, -0.762944, 0.486659 })]
    public void An_audio_position_has_the_references_features(int token, int[] channels, double[] expected)
    {
        float[] row = new FourierPositions(192, [30720]).OverGrid([1920]).At([token]);

        row.Length.ShouldBe(385);
        ShouldBeNear(channels.Select(c => row[c]), expected);
    }

    [Theory]
    [InlineData(1, new[] { -1, -1, -0.991071 })]
    [InlineData(50176, new[] { -0.875, -1, -1 })]
    [InlineData(802815, new[] { 0.875, 0.991071, 0.991071 })]
    public void An_output_point_divides_by_the_size_and_so_never_reaches_one(int point, double[] expected)
    {
        float[] row = new FourierPositions(32, [16, 56, 56]).OverPoints([16, 224, 224]).At([point]);

        row.Length.ShouldBe(195);
        ShouldBeNear(row.Take(3), expected);
    }

    [Fact]
    public void A_grids_rows_are_those_of_its_points_in_order()
    {
        FourierGrid grid = new FourierPositions(3, [7, 11, 13]).OverGrid([2, 3, 5]);

        grid.All().ShouldBe(grid.At([.. Enumerable.Range(0, 30)]));
    }

    private static void ShouldBeNear(IEnumerable<float> actual, double[] expected)
    {
        foreach ((float a, double e) in actual.Zip(expected))
            ((double)a).ShouldBe(e, Printed);
    }
}

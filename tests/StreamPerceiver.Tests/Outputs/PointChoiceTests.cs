using StreamPerceiver.Outputs;

namespace StreamPerceiver.Tests.Outputs;

public sealed class PointChoiceTests
{
    private static readonly DenseShape Video = new(DenseContent.Pictures, [4, 5, 6], 3);
    private static readonly DenseShape Flow = new(DenseContent.Field, [5, 6], 2);
    private static readonly DenseShape Sound = new(DenseContent.Sound, [7], 16);

    [Fact]
    public void A_stride_takes_rows_and_columns_and_every_takes_frames()
    {
        OutputQuestion asked = new PointChoice(Every: 3, Stride: 2, null).Ask("image", Video);

        asked.Answer.ShouldBeOfType<DenseShape>().Grid.ShouldBe([2, 3, 3]); // frames 0 and 3, rows 0, 2 and 4, columns 0, 2 and 4
        asked.Points.ShouldBe(
            from frame in new[] { 0, 3 } from row in new[] { 0, 2, 4 } from column in new[] { 0, 2, 4 } select (frame * 30) + (row * 6) + column);
        asked.Answer.Numbers.ShouldBe(2 * 3 * 3 * 3);
    }

    [Fact]
    public void A_picture_has_rows_and_columns_and_a_sound_has_time()
    {
        new PointChoice(1, 4, null).Ask("flow", Flow).Points.ShouldBe([0, 4, 24, 28]);
        new PointChoice(3, 1, null).Ask("sound", Sound).Points.ShouldBe([0, 3, 6]);
        new PointChoice(3, 1, null).Ask("sound", Sound).Answer.Sizes.ShouldBe([3, 16]);
    }

    [Fact]
    public void Single_points_are_a_list_in_the_order_in_which_they_are_given()
    {
        OutputQuestion asked = new PointChoice(1, 1, [[3, 4, 5], [0, 0, 1]]).Ask("image", Video);

        asked.Points.ShouldBe([119, 1]);
        asked.Answer.Sizes.ShouldBe([2, 3]);
        asked.Answer.ShouldBeOfType<DenseShape>().Listed.ShouldBe([119, 1]);
    }

    [Fact]
    public void What_does_not_fit_the_grid_is_named()
    {
        Problems(new PointChoice(2, 1, null), Flow).ShouldBe(["every is 2, expected none: the output is a picture of 5 x 6 points, without a time"]);
        Problems(new PointChoice(1, 2, null), Sound).ShouldBe(["stride is 2, expected none: the output is a line of 7 points, without a height"]);
        Problems(new PointChoice(1, 1, [[4, 5], [5, 0], [1]]), Flow).ShouldBe(
        [
            "points[1] is 5, 0, expected a point of a grid of 5 x 6, counted from 0",
            "points[2] is 1, expected a point of a grid of 5 x 6, counted from 0",
        ]);
        Problems(new PointChoice(1, 2, [[0, 0]]), Flow).ShouldBe(["points are given beside every or stride, expected one of them"]);
        Problems(new PointChoice(1, 2, null), new ValuesShape([3]))
            .ShouldBe(["stride, every and points choose points of a dense output, expected none of them"]);
    }

    private static IEnumerable<string> Problems(PointChoice choice, OutputShape shape) => choice.Problems(shape);
}

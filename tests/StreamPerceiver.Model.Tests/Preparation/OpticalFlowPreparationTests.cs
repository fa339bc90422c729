using FsCheck.Fluent;

namespace StreamPerceiver.Model.Tests;

public sealed class OpticalFlowPreparationTests
{
    private const int H = 17;
    private const int W = 23;

    private readonly OpticalFlowPreparation _official = new();
    private readonly OpticalFlowPreparation _small = new(tileHeight: 7, tileWidth: 11, overlap: 3);

    [Fact]
    public void Sintel_frames_have_the_references_tiles() =>
        _official.TileOrigins(436, 1024).ShouldBe([new(0, 0), new(0, 476), new(0, 528), new(68, 0), new(68, 476), new(68, 528)]);

    [Theory]
    [InlineData(368, 496, new[] { 0 }, new[] { 0 })]
    [InlineData(369, 497, new[] { 0, 1 }, new[] { 0, 1 })]
    [InlineData(716, 972, new[] { 0, 348 }, new[] { 0, 476 })]
    [InlineData(717, 973, new[] { 0, 348, 349 }, new[] { 0, 476, 477 })]
    public void Tiles_end_at_the_edge_and_none_comes_twice(int height, int width, int[] ys, int[] xs) =>
        _official.TileOrigins(height, width).ShouldBe(ys.SelectMany(y => xs.Select(x => new TileOrigin(y, x))));

    [Fact]
    public void A_tile_pair_becomes_neighbourhoods_within_the_tile()
    {
        byte[] first = Pictures.Noise(H, W, 1);
        byte[] second = Pictures.Noise(H, W, 2);
        TileOrigin origin = new(4, 8);

        float[] patches = _small.Patches(first, second, H, W, origin);

        float[] expected =
        [
            .. from frame in new[] { first, second }
               from ky in Enumerable.Range(0, 3)
               from kx in Enumerable.Range(0, 3)
               from colour in Enumerable.Range(0, 3)
               from y in Enumerable.Range(ky - 1, 7)
               from x in Enumerable.Range(kx - 1, 11)
               let inside = y is >= 0 and < 7 && x is >= 0 and < 11
               select inside ? (Pictures.At(frame, W, origin.Y + y, origin.X + x)[colour] / 255f * 2) - 1 : 0,
        ];
        patches.ShouldBe(expected);
    }

    [Fact]
    public void An_official_tile_has_the_models_size_and_zeros_around_it()
    {
        byte[] white = Pictures.Constant(400, 500, 255, 255, 255);

        float[] patches = _official.Patches(white, white, 400, 500, new TileOrigin(32, 4));

        patches.Length.ShouldBe(2 * 27 * 368 * 496);
        const int Plane = 368 * 496;
        patches[..496].ShouldAllBe(v => v == 0);
        patches[(13 * Plane)..(14 * Plane)].ShouldAllBe(v => v == 1);
        patches[(54 * Plane) - 1].ShouldBe(0);
        patches[(53 * Plane) - 1].ShouldBe(0);
    }

    [Fact]
    public void A_constant_flow_stays_in_pixels()
    {
        float[] flow = [.. Enumerable.Repeat(new[] { 0.37f, -1.13f }, 7 * 11).SelectMany(f => f)];

        float[] blended = _small.Blend(H, W, [.. _small.TileOrigins(H, W).Select(_ => flow)]);

        blended.ShouldBe([.. Enumerable.Repeat(new[] { 0.37f * 20, -1.13f * 20 }, H * W).SelectMany(f => f)]);
    }

    [Fact]
    public void Frames_of_one_tile_have_that_tiles_flow()
    {
        float[] flow = Some.Numbers(7 * 11 * 2, 3);

        _small.Blend(7, 11, [flow]).ShouldBe([.. flow.Select(f => f * 20)]);
    }

    [Fact]
    public void Where_tiles_overlap_the_farther_from_its_edge_weighs_more()
    {
        // Columns 0 to 10 and 4 to 14; in the middle row of 7 the weight is the distance to the tile's end, 4 at most.
        float[] ones = [.. Enumerable.Repeat(1f, 7 * 11 * 2)];
        float[] zeros = new float[7 * 11 * 2];

        float[] blended = _small.Blend(7, 15, [ones, zeros]);

        float[] row = [.. Enumerable.Range(0, 15).Select(x => blended[((3 * 15) + x) * 2])];
        row.ShouldBe([20, 20, 20, 20, 16, 20 * 4 / 6f, 20 * 4 / 7f, 10, 20 * 3 / 7f, 20 * 2 / 6f, 4, 0, 0, 0, 0], tolerance: 1e-5f);
    }

    [Fact]
    public void A_blend_lies_between_its_tiles() => Prop.ForAll(
        Gen.Choose(7, 40).Zip(Gen.Choose(11, 40)).ToArbitrary(),
        size =>
        {
            (int height, int width) = size;
            float[][] flows = [.. _small.TileOrigins(height, width).Select((_, i) => Some.Numbers(7 * 11 * 2, (uint)i))];
            float[] blended = _small.Blend(height, width, flows);
            return blended.Length == height * width * 2
                && blended.All(f => f >= flows.Min(t => t.Min()) * 20 && f <= flows.Max(t => t.Max()) * 20);
        }).Holds();

    [Fact]
    public void What_does_not_fit_is_refused_with_its_numbers()
    {
        byte[] frame = Pictures.Noise(H, W, 1);

        Refusal(() => _official.TileOrigins(367, 496)).ShouldBe("frames are 367 x 496: must be at least one tile of 368 x 496");
        Refusal(() => _small.Patches(frame, frame.AsSpan()[1..], H, W, default)).ShouldBe("second frame has 1172 bytes, expected 17 x 23 x 3 = 1173");
        Refusal(() => _small.Patches(frame, frame, H, W, new TileOrigin(11, 0))).ShouldBe("tile at (11, 0) of 7 x 11 reaches out of frames of 17 x 23");
        Refusal(() => _small.Blend(7, 11, [])).ShouldBe("0 tile flows, expected 1 for frames of 7 x 11");
        Refusal(() => _small.Blend(7, 11, [new float[5]])).ShouldBe("tile flow 0 has 5 numbers, expected 7 x 11 x 2 = 154");
        Should.Throw<ArgumentOutOfRangeException>(() => new OpticalFlowPreparation(20, 30, 20));
        Should.Throw<ArgumentOutOfRangeException>(() => new OpticalFlowPreparation(20, 30, -1));
    }

    private static string Refusal(Action action) => Should.Throw<ModelInputException>(action).Message;
}

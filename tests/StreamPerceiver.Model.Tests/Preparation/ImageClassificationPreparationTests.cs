namespace StreamPerceiver.Model.Tests;

public sealed class ImageClassificationPreparationTests
{
    private readonly ImageClassificationPreparation _official = new();

    // What Pillow makes of the formula's images.
    [Theory]
    [InlineData(48, 64, new byte[] { 85, 132, 32 }, new byte[] { 187, 158, 118 }, new byte[] { 241, 121, 251 }, 19406045)]
    [InlineData(500, 333, new byte[] { 205, 215, 155 }, new byte[] { 163, 91, 90 }, new byte[] { 29, 97, 135 }, 19086106)]
    public void Pixels_are_those_of_Pillow(int height, int width, byte[] first, byte[] inner, byte[] last, int sum)
    {
        byte[] pixels = _official.Fit(Pictures.Formula(height, width), height, width);

        pixels.Length.ShouldBe(224 * 224 * 3);
        Pictures.At(pixels, 224, 0, 0).ShouldBe(first);
        Pictures.At(pixels, 224, 100, 37).ShouldBe(inner);
        Pictures.At(pixels, 224, 223, 223).ShouldBe(last);
        pixels.Sum(p => p).ShouldBe(sum);
    }

    [Theory]
    [InlineData(48, 64, 42, 3, 11)]
    [InlineData(500, 333, 291, 104, 21)]
    public void The_middle_is_cut_out(int height, int width, int side, int top, int left)
    {
        ImageClassificationPreparation preparation = _official with { DoResize = false };
        byte[] image = Pictures.Formula(height, width);

        byte[] crop = preparation.Fit(image, height, width);

        preparation.SizeAfter(height, width).ShouldBe((side, side));
        crop.Length.ShouldBe(side * side * 3);
        Pictures.At(crop, side, 0, 0).ShouldBe(Pictures.At(image, width, top, left));
        Pictures.At(crop, side, side - 1, side - 1).ShouldBe(Pictures.At(image, width, top + side - 1, left + side - 1));
    }

    [Fact]
    public void The_result_is_normalised_and_channel_first()
    {
        float[] planes = _official.Prepare(Pictures.Formula(48, 64), 48, 64);

        planes.Length.ShouldBe(3 * 224 * 224);
        float[] corner = [planes[0], planes[224 * 224], planes[2 * 224 * 224]];
        corner.ShouldBe([-0.662300f, 0.275210f, -1.246710f], tolerance: 1e-6f);
    }

    [Fact]
    public void Without_normalisation_pixels_are_only_scaled_and_without_either_they_stay()
    {
        byte[] image = Pictures.Formula(48, 64);
        ImageClassificationPreparation scaled = _official with { DoNormalize = false };

        scaled.Prepare(image, 48, 64)[0].ShouldBe(85 / 255f, 1e-7f);
        (scaled with { DoRescale = false }).Prepare(image, 48, 64)[0].ShouldBe(85);
        (_official with { DoRescale = false }).Prepare(image, 48, 64)[0].ShouldBe((85 - 0.485f) / 0.229f);
    }

    [Fact]
    public void Without_the_crop_the_whole_image_is_resized()
    {
        byte[] image = Pictures.Formula(48, 64);

        (_official with { DoCenterCrop = false }).Fit(image, 48, 64).ShouldBe(BicubicResize.Resize(image, 48, 64, 224, 224));
        (_official with { DoCenterCrop = false, DoResize = false }).SizeAfter(48, 64).ShouldBe((48, 64));
        (_official with { DoCenterCrop = false, DoResize = false }).Fit(image, 48, 64).ShouldBe(image);
    }

    [Fact]
    public void Wrong_images_are_refused_with_their_numbers()
    {
        Refusal(new byte[100], 5, 7).ShouldBe("image has 100 bytes, expected 5 x 7 x 3 = 105");
        Refusal([], 0, 7).ShouldBe("image is 0 x 7: height and width must be at least 1");
        Refusal(new byte[27], 1, 9).ShouldBe("image is 1 x 9: 224/256 of its shorter side must be at least 1 pixel");
    }

    [Fact]
    public void Values_out_of_range_are_named_at_once() => Should.Throw<ConfigException>(() =>
        new ImageClassificationPreparation { Size = 0, CropSize = -1, RescaleFactor = double.NaN, ImageMean = [1, 2], ImageStd = [1, 0, 1] }.SizeAfter(8, 8))
        .Problems.ShouldBe(
        [
            "size is 0, expected 1 to 16384",
            "crop_size is -1, expected 0 (size) to 16384",
            "rescale_factor is NaN, expected above 0",
            "image_mean has 2 numbers, expected 3, one a colour",
            "image_std is [1, 0, 1], expected numbers above 0",
        ]);

    private string Refusal(byte[] rgb, int height, int width) =>
        Should.Throw<ModelInputException>(() => _official.Prepare(rgb, height, width)).Message;
}

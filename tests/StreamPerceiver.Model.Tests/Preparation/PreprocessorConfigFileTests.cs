namespace StreamPerceiver.Model.Tests;

public sealed class PreprocessorConfigFileTests : IDisposable
{
    private readonly Some.TemporaryDirectory _directory = Some.Directory();

    private string FileName => _directory.File("preprocessor_config.json");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("256", "224")]
    [InlineData("""{ "height": 256, "width": 256 }""", """{ "height": 224, "width": 224 }""")]
    public void The_official_file_is_read(string cropSize, string size) => Parsed(
        $$"""
        {
          "crop_size": {{cropSize}}, "do_center_crop": true, "do_normalize": true, "do_resize": true, "feature_extractor_type": "PerceiverFeatureExtractor",
          "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225], "resample": 3, "size": {{size}}
        }
        """).ShouldSatisfyAllConditions(
            p => (p.DoCenterCrop, p.CropSize, p.DoResize, p.Size, p.DoRescale, p.RescaleFactor, p.DoNormalize)
                .ShouldBe((true, 256, true, 224, true, 1 / 255.0, true)),
            p => p.ImageMean.ShouldBe([0.485, 0.456, 0.406]),
            p => p.ImageStd.ShouldBe([0.229, 0.224, 0.225]));

    [Fact]
    public void What_is_written_is_read_again()
    {
        ImageClassificationPreparation written = new()
        {
            DoCenterCrop = false,
            CropSize = 83,
            DoResize = false,
            Size = 79,
            DoRescale = false,
            RescaleFactor = 1 / 127.5,
            DoNormalize = false,
            ImageMean = [0.1, 0.2, 0.3],
            ImageStd = [0.4, 0.5, 0.6],
        };

        written.Write(FileName);
        ImageClassificationPreparation read = ImageClassificationPreparation.Read(FileName);

        read.ImageMean.ShouldBe(written.ImageMean);
        read.ImageStd.ShouldBe(written.ImageStd);
        (read with { ImageMean = written.ImageMean, ImageStd = written.ImageStd }).ShouldBe(written);
    }

    [Fact]
    public void What_is_out_of_range_is_not_written()
    {
        Should.Throw<ConfigException>(() => new ImageClassificationPreparation { Size = 300 }.Write(FileName))
            .Problems.ShouldBe(["crop_size is 256, expected 300 (size) to 16384"]);
        File.Exists(FileName).ShouldBeFalse();
    }

    [Fact]
    public void Every_problem_is_named_at_once() => Should.Throw<ConfigException>(() => Parsed(
        """
        {
          "crop_size": { "height": 256, "width": 255 }, "size": { "shortest_edge": 224 }, "do_resize": "yes", "resample": 2,
          "rescale_factor": "1/255", "image_mean": 0.5, "image_std": [0.2, -0.2, 0.2]
        }
        """)).Problems.ShouldBe(
        [
            "resample is 2, expected 3 (bicubic)",
            "crop_size has height 256 and width 255, expected equal ones",
            "do_resize is \"yes\", expected true or false",
            "size.height is missing, expected a whole number",
            "size.width is missing, expected a whole number",
            "rescale_factor is \"1/255\", expected a number",
            "image_mean is 0.5, expected a list of numbers",
            "image_std is [0.2, -0.2, 0.2], expected numbers above 0",
        ]);

    [Theory]
    [InlineData("[]", "$ is [], expected an object")]
    [InlineData("{", "not JSON")]
    [InlineData("""{ "size": 1, "size": 2 }""", "not JSON")]
    [InlineData("""{ "image_mean": [0, 1e999, 0] }""", "image_mean is [0, Infinity, 0], expected finite numbers")]
    public void Other_texts_are_refused_with_the_file(string json, string fact)
    {
        ConfigException e = Should.Throw<ConfigException>(() => Parsed(json));

        e.Message.ShouldStartWith(FileName);
        e.Problems.Single().ShouldStartWith(fact);
    }

    [Fact]
    public void A_missing_file_is_refused_by_its_name() =>
        Should.Throw<ConfigException>(() => ImageClassificationPreparation.Read(FileName)).Message.ShouldBe($"{FileName}: no such file");

    private ImageClassificationPreparation Parsed(string json)
    {
        File.WriteAllText(FileName, json);
        return ImageClassificationPreparation.Read(FileName);
    }
}

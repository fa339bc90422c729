namespace StreamPerceiver.Model.Tests;

public sealed class KineticsPreparationTests
{
    private static readonly PerceiverConfig Config = ConfigFile.Parse(
        """
        {
          "architectures": ["PerceiverForMultimodalAutoencoding"], "num_latents": 4, "d_latents": 16, "num_cross_attention_heads": 1, "num_labels": 3,
          "num_frames": 2, "image_size": 3, "audio_samples_per_frame": 12, "samples_per_patch": 4, "output_shape": [1, 2, 3, 5]
        }
        """,
        "small");

    private readonly KineticsPreparation _small = new(Config);
    private readonly KineticsPreparation _official = new(ConfigFile.Parse(
        """
        {
          "architectures": ["PerceiverForMultimodalAutoencoding"], "num_latents": 784, "d_latents": 512,
          "num_cross_attention_heads": 1, "num_labels": 700
        }
        """,
        "official"));

    [Theory]
    [InlineData(15, 20, 0, 3)]
    [InlineData(20, 15, 3, 0)]
    [InlineData(12, 12, 0, 0)]
    public void Video_is_the_middle_square_resized_and_channel_first(int height, int width, int top, int left)
    {
        byte[][] frames = [Pictures.Noise(height, width, 1), Pictures.Noise(height, width, 2)];
        int side = Math.Min(height, width);

        float[] video = _small.Video([.. frames[0], .. frames[1]], height, width);

        video.Length.ShouldBe(2 * 3 * 12 * 12);
        for (int t = 0; t < 2; t++)
        {
            byte[] square = Pictures.Of(side, side, (y, x) => Pictures.At(frames[t], width, top + y, left + x));
            byte[] resized = BilinearResize.Resize(square, side, side, 12, 12);
            for (int i = 0; i < resized.Length; i++)
                video[(((t * 3) + (i % 3)) * 144) + (i / 3)].ShouldBe(resized[i] / 255f);
        }
    }

    [Fact]
    public void Official_sizes()
    {
        _official.Video(new byte[16 * 4 * 6 * 3], 4, 6).Length.ShouldBe(16 * 3 * 224 * 224);
        _official.Audio(new short[30720]).Length.ShouldBe(30720);
        (KineticsPreparation.FramesPerSecond, KineticsPreparation.SampleRate).ShouldBe((25, 48000));
        (16 * KineticsPreparation.SampleRate / KineticsPreparation.FramesPerSecond).ShouldBe(30720);
    }

    [Fact]
    public void Samples_lie_between_minus_one_and_one()
    {
        short[] whole = new short[24];
        (whole[0], whole[1], whole[2]) = (short.MinValue, short.MaxValue, 8192);
        float[] real = new float[24];
        (real[0], real[1], real[2]) = (-1, 1, 0.3f);

        _small.Audio(whole)[..4].ShouldBe([-1, 32767 / 32768f, 0.25f, 0]);
        _small.Audio(real).ShouldBe(real);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    public void An_official_chunk_asks_for_6272_points_and_15_patches(int k)
    {
        IReadOnlyDictionary<string, IReadOnlyList<int>> chunk = _official.Chunk(k, 128);

        chunk["image"].ShouldBe(Enumerable.Range(k * 6272, 6272));
        chunk["audio"].ShouldBe(Enumerable.Range(15 * k, 15));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void Chunks_are_joined_in_their_order(int chunks)
    {
        // Each point's three colours and each patch's four samples carry their place.
        KineticsReconstruction joined = _small.Join([.. Enumerable.Range(0, chunks).Select(k => _small.Chunk(k, chunks)).Select(Outputs)]);

        joined.Image.ShouldBe([.. Enumerable.Range(0, 2 * 3 * 5 * 3).Select(i => (float)i)]);
        joined.Audio.ShouldBe([.. Enumerable.Range(0, 24).Select(i => (float)i)]);
        joined.Logits.ShouldBe([1, 2, 0]);

        static IReadOnlyDictionary<string, float[]> Outputs(IReadOnlyDictionary<string, IReadOnlyList<int>> points) => new Dictionary<string, float[]>
        {
            ["image"] = [.. points["image"].SelectMany(p => Enumerable.Range(p * 3, 3)).Select(i => (float)i)],
            ["audio"] = [.. points["audio"].SelectMany(p => Enumerable.Range(p * 4, 4)).Select(i => (float)i)],
            ["label"] = [1, 2, points["audio"][0]],
        };
    }

    [Fact]
    public void A_model_decodes_in_chunks_what_it_decodes_at_once()
    {
        using PerceiverModel model = Some.Model(Config);
        Dictionary<string, ArrayInput> inputs = new()
        {
            ["image"] = new ArrayInput(Some.Numbers(2 * 9 * 48, 1)),
            ["audio"] = new ArrayInput(_small.Audio(Some.Numbers(24, 2))),
        };

        KineticsReconstruction parts = Decoded(6);
        KineticsReconstruction whole = Decoded(1);

        parts.Image.ShouldBe(whole.Image, tolerance: 1e-5f);
        parts.Audio.ShouldBe(whole.Audio, tolerance: 1e-5f);
        parts.Logits.ShouldBe(whole.Logits, tolerance: 1e-5f);

        KineticsReconstruction Decoded(int chunks) => _small.Join([.. Enumerable.Range(0, chunks).Select(k => model.Run(1, inputs, _small.Chunk(k, chunks)))]);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_its_numbers()
    {
        float[] loud = new float[24];
        loud[5] = 1.5f;
        Dictionary<string, float[]> part = new() { ["image"] = new float[90], ["audio"] = new float[23] };

        Refusal(() => _small.Video(new byte[100], 5, 7)).ShouldBe("video has 100 bytes, expected 2 x 5 x 7 x 3 = 210");
        Refusal(() => _small.Audio(new short[23])).ShouldBe("audio has 23 samples, expected 24");
        Refusal(() => _small.Audio(loud)).ShouldBe("audio sample 5 is 1.5: must be -1 to 1");
        Refusal(() => _small.Chunk(0, 4)).ShouldBe("4 chunks: must be a divisor of 30 image points and of 6 audio patches");
        Refusal(() => _small.Chunk(3, 3)).ShouldBe("chunk 3: must be 0 to 2");
        Refusal(() => _small.Join([])).ShouldBe("0 chunks: must be a divisor of 30 image points and of 6 audio patches");
        Refusal(() => _small.Join([part])).ShouldBe("chunk 0: output 'audio' has 23 numbers, expected 24");
        part["audio"] = new float[24];
        Refusal(() => _small.Join([part])).ShouldBe("chunk 0 lacks output 'label'; it has audio, image");
        Should.Throw<ConfigException>(() => new KineticsPreparation(Some.Config())).Problems
            .ShouldBe(["architecture is StreamPerceiver, expected MultimodalAutoencoding"]);
    }

    private static string Refusal(Action action) => Should.Throw<ModelInputException>(action).Message;
}

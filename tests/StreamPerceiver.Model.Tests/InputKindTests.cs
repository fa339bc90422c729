using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>What the kinds of input do with their content, and refuse.</summary>
public sealed class InputKindTests
{
    private const float Rounding = 1e-5f;

    [Fact]
    public void A_video_patch_runs_frame_dy_dx_colour()
    {
        // The written check of space to depth: video (T, C, H, W) = 2 x 3 x 4 x 4 numbers from 0, patches of 2 frames and 2 x 2 pixels.
        ImageInput config = new() { Frames = 2, FramesPerPatch = 2, Height = 4, Width = 4, PatchSize = 2 };

        ModelInput input = RawInputs.Video(Counting(1, 2, 3, 4, 4), config);

        input.Grid.ShouldBe([2, 2]);
        float[] content = Arrays.ToFloats(input.Content);
        content[..24].ShouldBe([0, 16, 32, 1, 17, 33, 4, 20, 36, 5, 21, 37, 48, 64, 80, 49, 65, 81, 52, 68, 84, 53, 69, 85]);
        content[24..30].ShouldBe([2, 18, 34, 3, 19, 35]);
    }

    [Fact]
    public void A_stride_keeps_every_second_row_and_column()
    {
        ImageInput config = new() { Channels = 1, Height = 5, Width = 4, Stride = 2 };

        ModelInput input = RawInputs.Image(Counting(1, 1, 5, 4), config);

        input.Grid.ShouldBe([3, 2]);
        config.Grid.ShouldBe([3, 2]);
        Arrays.ToFloats(input.Content).ShouldBe([0, 2, 8, 10, 16, 18]);
    }

    [Fact]
    public void A_token_of_a_convolution_is_hidden_when_all_its_pixels_are()
    {
        PerceiverConfig config = Stem();
        using PerceiverModel model = Some.Model(config);
        Tensor image = Some.Tensor(1, 1, 17 * 21, 2);
        byte[] right = [.. Enumerable.Range(0, 17 * 21).Select(i => i % 21 < 12 ? (byte)1 : (byte)0)];

        InputTokens tokens = model.Inputs.Join(model.Inputs.Parts(new Dictionary<string, ModelInput> { ["image"] = new(image, Some.Mask(1, right)) }));

        // 17 x 21 pixels make 4 x 5 tokens; the fifth column sees pixels 13 to 21 alone.
        Arrays.ToFloats(tokens.Ignored!.to(ScalarType.Float32)).ShouldBe([.. Enumerable.Range(0, 20).Select(i => i % 5 == 4 ? 1f : 0f)]);
        byte[] byToken = [.. Enumerable.Range(0, 20).Select(i => i % 5 == 4 ? (byte)0 : (byte)1)];
        Tensor blacked = image.masked_fill(Some.Mask(1, right).eq(Scalars.Zero).unsqueeze(-1), Scalars.Zero);
        Some.Logits(model, new Dictionary<string, ModelInput> { ["image"] = new(image, Some.Mask(1, right)) }).ShouldBe(
            Some.Logits(model, new Dictionary<string, ModelInput> { ["image"] = new(blacked, Some.Mask(1, byToken)) }), Rounding);
    }

    [Fact]
    public void A_pixel_that_is_kept_keeps_every_token_that_it_reaches()
    {
        // Token y, x sees pixels 4 y - 3 to 4 y + 7 (the padding reaches beyond the image): convolved rows 2 y to 2 y + 2, of 7 pixels each.
        using PerceiverModel model = Some.Model(Stem());
        Tensor image = Some.Tensor(1, 1, 17 * 21, 2);
        for (int pixel = 0; pixel < 17 * 21; pixel++)
        {
            byte[] only = new byte[17 * 21];
            only[pixel] = 1;

            InputTokens tokens = model.Inputs.Join(model.Inputs.Parts(new Dictionary<string, ModelInput> { ["image"] = new(image, Some.Mask(1, only)) }));

            (int y, int x) = (pixel / 21, pixel % 21);
            Arrays.ToFloats(tokens.Ignored!.to(ScalarType.Float32)).ShouldBe(
                [.. Enumerable.Range(0, 20).Select(t => Sees(t / 5, y) && Sees(t % 5, x) ? 0f : 1f)], $"pixel {y}, {x}");
        }

        static bool Sees(int token, int pixel) => pixel >= (4 * token) - 3 && pixel <= (4 * token) + 7;
    }

    [Fact]
    public void Another_grid_has_positions_of_its_own_and_the_first_keeps_its()
    {
        using PerceiverModel model = Some.Model(Image(new ImageInput { Height = 4, Width = 6, NumBands = 3 }));
        Dictionary<string, ModelInput> Grid(params int[] grid) => new() { ["image"] = new(Some.Tensor(1, 1, 24, 3), Grid: grid) };
        float[] flat = Some.Logits(model, Grid(4, 6));

        Some.Logits(model, Grid(6, 4)).ShouldNotBe(flat, Rounding);
        Some.Logits(model, Grid(4, 6)).ShouldBe(flat);
    }

    [Theory]
    [InlineData(262f, "token 1 is 262: must be a whole number from 0 to 261")]
    [InlineData(-1f, "token 1 is -1: must be a whole number from 0 to 261")]
    [InlineData(3.5f, "token 1 is 3.5: must be a whole number from 0 to 261")]
    public void An_id_that_is_none_is_refused(float id, string message)
    {
        using PerceiverModel model = Some.Model(Language());
        Tensor ids = Arrays.ToTensor([5f, id, 7f], CPU, 1, 3, 1);

        Should.Throw<ModelInputException>(() => model.Forward(new Dictionary<string, ModelInput> { ["text"] = new(ids, Grid: [3]) }))
            .Message.ShouldBe($"input 'text': {message}");
    }

    [Fact]
    public void A_text_longer_than_its_positions_is_refused()
    {
        using PerceiverModel model = Some.Model(Language());

        Should.Throw<ModelInputException>(
            () => model.Forward(new Dictionary<string, ModelInput> { ["text"] = RawInputs.Text(zeros([1, 13], ScalarType.Int64)) }))
            .Message.ShouldBe("input 'text': grid 13: its positions are trained for 12");
    }

    [Fact]
    public void Trained_positions_fit_one_grid_alone()
    {
        PerceiverConfig config = Image(new ImageInput { Height = 4, Width = 6, TrainedPositions = new TrainedPositions(5) });
        using PerceiverModel model = Some.Model(config);

        Should.Throw<ModelInputException>(() => model.Forward(new Dictionary<string, ModelInput> { ["image"] = new(zeros(1, 24, 3), Grid: [6, 4]) }))
            .Message.ShouldBe("input 'image': grid 6 x 4: its positions are trained for 4 x 6");
    }

    [Fact]
    public void Added_positions_must_be_as_wide_as_the_features() => Should.Throw<ConfigException>(() => Image(
            new ImageInput { Height = 4, Width = 6, TrainedPositions = new TrainedPositions(5), AddPositions = true }).Validate())
        .Problems.ShouldBe(["inputs.image.add_positions is true for positions of 5 channels, expected the 3 of the features, to which they are added"]);

    [Fact]
    public void An_output_that_names_no_input_is_refused()
    {
        PerceiverConfig config = Some.Config() with
        {
            Outputs = new Dictionary<string, OutputConfig>
            {
                ["words"] = new TextOutput { Input = "imu", Channels = 3, Decoder = new() },
                ["flow"] = new DenseInputOutput { Input = "lidar" },
            },
        };

        Should.Throw<ConfigException>(config.Validate).Problems.ShouldBe(
        [
            "outputs.flow.input is \"lidar\", expected \"camera\" or \"imu\"",
            "outputs.flow.decoder is missing, expected one: this kind of output shares none",
            "outputs.words.input is \"imu\", expected a text input, of which there is none",
        ]);
    }

    private static PerceiverConfig Stem() => Image(new ImageInput { Height = 17, Width = 21, Channels = 2, StemChannels = 5, NumBands = 2 });

    private static PerceiverConfig Image(ImageInput image) => Some.Config() with { Inputs = new Dictionary<string, InputConfig> { ["image"] = image } };

    private static PerceiverConfig Language() => ConfigFile.Parse(
        """
        {
          "architectures": ["PerceiverForMaskedLM"], "num_latents": 4, "d_latents": 16, "num_self_attends_per_block": 1,
          "num_self_attention_heads": 2, "d_model": 8, "max_position_embeddings": 12
        }
        """,
        "test");

    private static Tensor Counting(params long[] shape) =>
        Arrays.ToTensor(Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => (float)i).ToArray(), CPU, shape);
}

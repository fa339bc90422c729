using System.Runtime.InteropServices;

namespace StreamPerceiver.Model.Tests;

public sealed class CheckpointTests : IDisposable
{
    private readonly Some.TemporaryDirectory _directory = Some.Directory();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_is_saved_is_loaded_to_the_bit()
    {
        PerceiverConfig config = Some.Config();
        IReadOnlyList<SafeTensor> tensors = WeightRecipe.Make(config);
        Dictionary<string, ModelInput> inputs = Some.Inputs(config, batch: 2);
        using PerceiverModel made = new(config, tensors);

        Checkpoint.Save(_directory.Path, config, tensors);
        using PerceiverModel loaded = Checkpoint.Load(_directory.Path);

        IReadOnlyDictionary<string, SafeTensor> stored = SafeTensors.Read(_directory.File("model.safetensors"));
        foreach (SafeTensor tensor in tensors)
            stored[tensor.Name].Bytes.Span.SequenceEqual(tensor.Bytes.Span).ShouldBeTrue(tensor.Name);
        Some.Logits(loaded, inputs).ShouldBe(Some.Logits(made, inputs));
    }

    [Fact]
    public void Every_missing_extra_and_misshapen_tensor_is_named_at_once()
    {
        List<SafeTensor> tensors = [.. WeightRecipe.Make(Some.Config())];
        string missing = tensors[1].Name;
        string misshapen = tensors[2].Name;
        string whole = tensors[3].Name;
        long[] found = [.. tensors[2].Shape, 1];
        tensors[1] = tensors[1] with { Name = "perceiver.stranger" };
        tensors[2] = tensors[2] with { Shape = found };
        tensors[3] = new SafeTensor(whole, SafeTensorType.I64, tensors[3].Shape, new byte[tensors[3].Bytes.Length * 2]);
        tensors.Add(tensors[5] with { Name = tensors[5].Name["perceiver.".Length..] });

        CheckpointException e = Should.Throw<CheckpointException>(() => new PerceiverModel(Some.Config(), tensors));

        e.Problems.ShouldBe(
        [
            "extra 'perceiver.stranger' F32 [34]: no such tensor in this configuration",
            $"'{misshapen}' has shape [34, 1]: expected [34]",
            $"'{whole}' holds I64: a weight must be F32, F16, BF16, F64, F8_E4M3 or F8_E5M2",
            $"'{tensors[5].Name}' is there twice, with and without 'perceiver.'",
            $"missing '{missing}' [34]",
        ]);
    }

    [Fact]
    public void Keys_may_lack_the_leading_perceiver()
    {
        PerceiverConfig config = Some.Config();
        Dictionary<string, ModelInput> inputs = Some.Inputs(config, batch: 1);
        IReadOnlyList<SafeTensor> tensors = WeightRecipe.Make(config);
        Checkpoint.Save(_directory.Path, config, tensors);
        SafeTensors.Write(_directory.File("model.safetensors"), [.. tensors.Select(t => t with { Name = t.Name["perceiver.".Length..] })]);

        using PerceiverModel bare = Checkpoint.Load(_directory.Path);

        using PerceiverModel full = new(config, tensors);
        Some.Logits(bare, inputs).ShouldBe(Some.Logits(full, inputs));
    }

    // What the reference gives for case D with its weights rounded to 16 bits and widened again.
    [Theory]
    [InlineData(SafeTensorType.F16, new[] { 2.8209186f, 0.58036339f, -3.5807576f, 2.6539321f, 0.44553715f })]
    [InlineData(SafeTensorType.BF16, new[] { 2.8342395f, 0.57100105f, -3.5747643f, 2.663795f, 0.4595021f })]
    public void Weights_of_16_bits_load(SafeTensorType type, float[] logits)
    {
        PerceiverConfig config = ConfigFile.Read(Golden.PathOf("D"));
        Checkpoint.Save(_directory.Path, config, [.. WeightRecipe.Make(config).Select(t => Narrow(t, type))]);

        using PerceiverModel model = Checkpoint.Load(_directory.Path);

        Dictionary<string, ModelInput> inputs = new() { ["image"] = RawInputs.Image(Some.Tensor(1, 1, 3, 8, 10), (ImageInput)config.Inputs["image"]) };
        Some.Logits(model, inputs).ShouldBe(logits, (float)Golden.Tolerance);
    }

    [Fact]
    public void A_directory_without_its_files_is_refused_by_their_names()
    {
        Should.Throw<ConfigException>(() => Checkpoint.Load(_directory.Path)).Message.ShouldContain(_directory.File("config.json"));

        File.WriteAllText(_directory.File("config.json"), ConfigFile.Format(Some.Config()));
        Should.Throw<CheckpointException>(() => Checkpoint.Load(_directory.Path)).Message.ShouldContain(_directory.File("model.safetensors"));
    }

    private static SafeTensor Narrow(SafeTensor tensor, SafeTensorType type)
    {
        ushort[] bits = [.. tensor.ToFloats().Select(v => type == SafeTensorType.F16 ? BitConverter.HalfToUInt16Bits((Half)v) : ToBrain(v))];
        return new SafeTensor(tensor.Name, type, tensor.Shape, MemoryMarshal.AsBytes(bits.AsSpan()).ToArray());
    }

    // To the nearest, ties to even.
    private static ushort ToBrain(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    [Fact]
    public void The_learned_image_model_has_the_size_of_its_position_table_whatever_its_configuration_says()
    {
        PerceiverConfig config = Learned(6);
        Checkpoint.Save(_directory.Path, config, WeightRecipe.Make(config));
        ConfigFile.Write(_directory.Path, Learned(56));

        using PerceiverModel model = Checkpoint.Load(_directory.Path);

        model.Config.Inputs["image"].Grid.ShouldBe([6, 6]);

        static PerceiverConfig Learned(int size) => ConfigFile.Parse(
            $$"""
            {
              "architectures": ["PerceiverForImageClassificationLearned"], "num_latents": 4, "d_latents": 16, "num_blocks": 1,
              "num_self_attends_per_block": 1, "num_self_attention_heads": 2, "num_cross_attention_heads": 1, "image_size": {{size}}
            }
            """,
            "test");
    }
}

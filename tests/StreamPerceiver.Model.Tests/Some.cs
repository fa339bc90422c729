using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Builders. Sizes are distinct primes wherever they are free, so that swapped axes cannot pass.</summary>
internal static class Some
{
    /// <summary>The worked example of SHAPES.md: camera and IMU, one label.</summary>
    public static PerceiverConfig Config() => new()
    {
        Architecture = PerceiverArchitecture.StreamPerceiver,
        NumLatents = 13,
        DLatents = 34,
        NumBlocks = 3,
        NumSelfAttendsPerBlock = 2,
        NumSelfAttentionHeads = 2,
        NumCrossAttentionHeads = 1,
        OutputNumChannels = 29,
        Inputs = new Dictionary<string, InputConfig>
        {
            ["imu"] = new SeriesInput { Steps = 11, Channels = 5, NumBands = 2 },
            ["camera"] = new ImageInput { Frames = 2, Height = 6, Width = 10, PatchSize = 2, NumBands = 3 },
        },
        Outputs = new Dictionary<string, OutputConfig>
        {
            ["activity"] = new ClassificationOutput { Labels = [.. Enumerable.Range(0, 7).Select(i => $"label {i}")], Channels = 17 },
        },
    };

    public static PerceiverModel Model(PerceiverConfig config, string plan = PlanChoice.Kernels) => new(config, WeightRecipe.Make(config), Plan(plan));

    /// <summary>The plan of that name on the CPU.</summary>
    public static ExecutionPlan Plan(string name, Precision precision = Precision.Float32) => new PlanChoice("cpu", name).Make(gpus: 0).In(precision);

    /// <summary>Each name with each plan.</summary>
    public static TheoryData<string, string> WithPlans(params string[] names)
    {
        TheoryData<string, string> rows = [];
        foreach (string name in names)
            foreach (string plan in new[] { PlanChoice.Kernels, PlanChoice.Tensors }) rows.Add(name, plan);
        return rows;
    }

    public static Dictionary<string, Tensor> Weights(PerceiverConfig config) =>
        WeightRecipe.Make(config).ToDictionary(t => t.Name, t => Arrays.ToTensor(t.ToFloats(), CPU, [.. t.Shape]));

    public static float[] Numbers(int count, uint seed) => [.. Enumerable.Range(0, count).Select(i => (float)WeightRecipe.Uniform((uint)i, seed))];

    public static Tensor Numbers(Random random, params long[] shape) =>
        Arrays.ToTensor([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (random.NextSingle() * 6) - 3)], CPU, shape);

    public static Tensor Tensor(uint seed, params long[] shape) =>
        Arrays.ToTensor(Numbers((int)shape.Aggregate(1L, (a, b) => a * b), seed), CPU, shape);

    public static Tensor Mask(int batch, params byte[] row) =>
        Arrays.ToTensor(Enumerable.Repeat(row, batch).SelectMany(r => r).ToArray(), CPU, batch, row.Length);

    /// <summary>Content for every input of a configuration, (batch, M_m, Cx).</summary>
    public static Dictionary<string, ModelInput> Inputs(PerceiverConfig config, int batch, uint seed = 1) => config.Inputs
        .Select((input, i) => (input.Key, Input: new ModelInput(Tensor(seed + (uint)i, batch, input.Value.Tokens, input.Value.ContentChannels))))
        .ToDictionary(i => i.Key, i => i.Input);

    /// <summary>The queries of all outputs that a call asks for, in their order: (B, O, E).</summary>
    public static Tensor Queries(PerceiverModel model, EncodedInputs encoded, Dictionary<string, IReadOnlyList<int>> points) => cat(
        [
            .. model.Outputs.Adapters.OfType<QueriedAdapter>()
                .Where(a => a.Config is not DenseOutput || points.ContainsKey(a.Name))
                .Select(a => a.Queries(encoded, points.GetValueOrDefault(a.Name, []))),
        ],
        1);

    public static float[] Logits(PerceiverModel model, IReadOnlyDictionary<string, ModelInput> inputs) =>
        Arrays.ToFloats(model.Forward(inputs).Values.Single());

    public static byte[] Kept(int count, params int[] hidden) => [.. Enumerable.Range(0, count).Select(i => hidden.Contains(i) ? (byte)0 : (byte)1)];

    /// <summary>A new empty directory, gone when disposed.</summary>
    public static TemporaryDirectory Directory() => new();

    /// <summary>The largest difference must be below the tolerance.</summary>
    public static void ShouldBe(this float[] actual, float[] expected, float tolerance) =>
        Difference(actual, expected).ShouldBeLessThan(tolerance);

    /// <summary>Some difference must be above the tolerance.</summary>
    public static void ShouldNotBe(this float[] actual, float[] expected, float tolerance) =>
        Difference(actual, expected).ShouldBeGreaterThan(tolerance);

    // A NaN is as different as can be.
    private static float Difference(float[] actual, float[] expected)
    {
        actual.Length.ShouldBe(expected.Length);
        return actual.Zip(expected, (a, e) => float.IsNaN(a - e) ? float.PositiveInfinity : Math.Abs(a - e)).Max();
    }

    internal sealed class TemporaryDirectory : IDisposable
    {
        public string Path { get; } = System.IO.Directory.CreateTempSubdirectory("model-tests-").FullName;

        public string File(string name) => System.IO.Path.Combine(Path, name);

        public void Dispose() => System.IO.Directory.Delete(Path, recursive: true);
    }
}

using FsCheck.Fluent;

using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Which tokens of a window a model reads.</summary>
public sealed class AttentionReaderTests
{
    private const float Tolerance = 1e-5f;

    [Fact]
    public void Of_any_model_the_shares_add_up_to_one_masked_tokens_have_none_and_the_outputs_are_its_own()
        => Prop.ForAll(RandomModels.Configs, config =>
        {
            using IDisposable scope = NewDisposeScope();
            IReadOnlyList<SafeTensor> weights = WeightRecipe.Make(config);
            Dictionary<string, ArrayInput> inputs = Masked(config);
            Dictionary<string, IReadOnlyList<int>> points = RandomModels.AllPoints(config);
            string[] wanted = [.. config.Outputs.Keys];
            using var model = new PerceiverModel(config, weights);
            using var reader = new AttentionReader(plan => new PerceiverModel(config, weights, plan));

            AttentionReading reading = reader.Read(inputs, points, wanted);

            reading.Outputs.Keys.ShouldBe(wanted, ignoreOrder: true);
            foreach (IReadOnlyDictionary<string, float[]> shares in reading.Outputs.Values.Append(reading.Latents))
            {
                shares.Values.Sum(tokens => tokens.Sum()).ShouldBe(1, Tolerance);
                foreach ((string name, InputConfig input) in config.Inputs)
                {
                    shares[name].Length.ShouldBe(input.Tokens);
                    if (input.Tokens == input.ContentTokens) shares[name].Where((_, i) => inputs[name].Mask.Span[i] == 0).ShouldAllBe(share => share == 0);
                }
            }

            IReadOnlyDictionary<string, float[]> expected = model.Run(1, inputs, points, wanted);
            reading.Numbers.Keys.ShouldBe(expected.Keys, ignoreOrder: true);
            foreach ((string name, float[] numbers) in expected) reading.Numbers[name].ShouldBe(numbers, 1e-3f);
        }).Holds();

    [Fact]
    public void A_small_model_reads_what_the_formula_gives()
    {
        using IDisposable scope = NewDisposeScope();
        PerceiverConfig config = Small(selfAttends: 1);
        IReadOnlyList<SafeTensor> weights = WeightRecipe.Make(config);
        Dictionary<string, ArrayInput> inputs = Masked(config);
        using var model = new PerceiverModel(config, weights);
        using var reader = new AttentionReader(plan => new PerceiverModel(config, weights, plan));

        AttentionReading reading = reader.Read(inputs, null, ["state"]);

        Dictionary<string, Tensor> w = Some.Weights(config);
        Dictionary<string, ModelInput> tensors = model.ToTensors(1, inputs);
        IReadOnlyList<TokenParts> parts = model.Inputs.Parts(tensors);
        InputTokens tokens = model.Inputs.Join(parts);
        Tensor first = model.Encoder.AttendToInputs(parts, new Lazy<InputTokens>(tokens));
        using EncodedInputs encoded = model.Encode(tensors);
        bool[] hidden = [.. inputs["a"].Mask.ToArray().Concat(inputs["b"].Mask.ToArray()).Select(m => m == 0)];
        double[,] cross = Weights(w, "perceiver.encoder.cross_attention.attention.self.", Rows(model.Encoder.Latents(1)), Rows(tokens.Joined), hidden);
        double[,] self = Weights(w, "perceiver.encoder.self_attends.0.attention.self.", Rows(first), Rows(first), new bool[3]);
        var adapter = (QueriedAdapter)model.Outputs.Adapters.Single();
        double[,] asked = Weights(
            w, "perceiver.decoder.decoder.decoding_cross_attention.attention.self.", Rows(adapter.Queries(encoded, [])), Rows(encoded.Latents), new bool[3]);
        var latents = new double[7];
        var output = new double[7];
        for (int token = 0; token < 7; token++)
        {
            for (int n = 0; n < 3; n++)
            {
                latents[token] += cross[n, token] / 3;
                for (int last = 0; last < 3; last++) output[token] += asked[0, last] * ((last == n ? 0.5 : 0) + (0.5 * self[last, n])) * cross[n, token];
            }
        }

        Joined(reading.Latents).ShouldBe([.. latents.Select(v => (float)v)], Tolerance);
        Joined(reading.Outputs["state"]).ShouldBe([.. output.Select(v => (float)v)], Tolerance);
    }

    [Fact]
    public void A_model_that_is_made_to_look_at_the_greatest_number_shows_that_token()
    {
        PerceiverConfig config = Small(selfAttends: 0);
        const string Cross = "perceiver.encoder.cross_attention.attention.self.";
        // The score of a token is its first channel, after the norm, times a large number.
        SafeTensor[] weights =
        [
            .. WeightRecipe.Make(config).Select(t => t.Name switch
            {
                $"{Cross}query.weight" => Filled(t, _ => 0),
                $"{Cross}query.bias" => Filled(t, i => i == 0 ? 1000 : 0),
                $"{Cross}key.weight" => Filled(t, i => i == 0 ? 1 : 0),
                $"{Cross}layernorm2.weight" => Filled(t, _ => 1),
                $"{Cross}layernorm2.bias" => Filled(t, _ => 0),
                _ => t,
            }),
        ];
        Dictionary<string, ArrayInput> inputs = new()
        {
            ["a"] = new(new float[8], new byte[] { 1, 1, 1, 1 }),
            ["b"] = new(new float[] { 0, 0, 9, 0, 20, 0 }, new byte[] { 1, 1, 0 }),       // the greatest number is masked
        };
        using var reader = new AttentionReader(plan => new PerceiverModel(config, weights, plan));

        AttentionReading reading = reader.Read(inputs, null, ["state"]);

        foreach (IReadOnlyDictionary<string, float[]> shares in new[] { reading.Latents, reading.Outputs["state"] })
            shares["b"][1].ShouldBe(1, Tolerance);
    }

    [Fact]
    public void Repeated_cross_attentions_count_alike_each_through_the_layers_behind_it()
    {
        using IDisposable scope = NewDisposeScope();
        Tensor first = Matrix(2, 3, 1, 0, 0, 0, 1, 0), self = Matrix(2, 2, 0, 1, 0, 1), second = Matrix(2, 3, 0, 0, 1, 0, 0, 1);

        Tensor tokens = AttentionReader.RollBack([(first, true), (self, false), (second, true)], Matrix(1, 2, 1, 0));

        // Behind the second one the output reads latent 0. Before the self-attention it is half latent 0 and half latent 1.
        Arrays.ToFloats(tokens).ShouldBe([0.25f, 0.25f, 0.5f]);
    }

    [Fact]
    public void A_window_whose_tokens_are_all_masked_is_read_by_nothing()
    {
        PerceiverConfig config = Small(selfAttends: 1);
        using var reader = new AttentionReader(plan => new PerceiverModel(config, WeightRecipe.Make(config), plan));

        AttentionReading reading = reader.Read(
            new Dictionary<string, ArrayInput> { ["a"] = new(new float[8], new byte[4]), ["b"] = new(new float[6], new byte[3]) }, null, ["state"]);

        Joined(reading.Latents).Concat(Joined(reading.Outputs["state"])).ShouldAllBe(share => share == 0);
    }

    private static PerceiverConfig Small(int selfAttends) => new()
    {
        Architecture = PerceiverArchitecture.StreamPerceiver,
        NumLatents = 3,
        DLatents = 8,
        NumSelfAttendsPerBlock = selfAttends,
        NumSelfAttentionHeads = 1,
        NumCrossAttentionHeads = 1,
        OutputNumChannels = 6,
        Inputs = new Dictionary<string, InputConfig>
        {
            ["a"] = new SetInput { Slots = 4, Channels = 2 },
            ["b"] = new SetInput { Slots = 3, Channels = 2 },
        },
        Outputs = new Dictionary<string, OutputConfig> { ["state"] = new ClassificationOutput { Labels = ["x", "y"], Channels = 6 } },
    };

    // Every third token is masked, but for the first one.
    internal static Dictionary<string, ArrayInput> Masked(PerceiverConfig config) => RandomModels.Inputs(config, 1).ToDictionary(
        i => i.Key,
        i => new ArrayInput(
            Arrays.ToFloats(i.Value.Content), Enumerable.Range(0, config.Inputs[i.Key].ContentTokens).Select(t => t % 3 == 2 ? (byte)0 : (byte)1).ToArray()));

    // softmax(LN(x) Wq (LN(y) Wk)^T / sqrt(d)) of one head, in double precision.
    private static double[,] Weights(Dictionary<string, Tensor> weights, string prefix, double[][] x, double[][] y, bool[] hidden)
    {
        bool cross = weights.ContainsKey($"{prefix}layernorm2.weight");
        double[][] q = Project(x, "layernorm1", "query"), k = Project(y, cross ? "layernorm2" : "layernorm1", "key");
        var shares = new double[x.Length, y.Length];
        for (int i = 0; i < x.Length; i++)
        {
            double[] powers = [.. k.Select((key, j) => hidden[j] ? 0 : Math.Exp(key.Zip(q[i], (a, b) => a * b).Sum() / Math.Sqrt(key.Length)))];
            for (int j = 0; j < y.Length; j++) shares[i, j] = powers[j] / powers.Sum();
        }

        return shares;

        double[][] Project(double[][] rows, string norm, string layer)
        {
            double[] scale = Rows(weights[$"{prefix}{norm}.weight"])[0], shift = Rows(weights[$"{prefix}{norm}.bias"])[0];
            double[][] matrix = Rows(weights[$"{prefix}{layer}.weight"]);
            double[] bias = Rows(weights[$"{prefix}{layer}.bias"])[0];
            return [.. rows.Select(row =>
            {
                double mean = row.Average(), deviation = Math.Sqrt(row.Average(v => (v - mean) * (v - mean)) + 1e-5);
                double[] normed = [.. row.Select((v, c) => ((v - mean) / deviation * scale[c]) + shift[c])];
                return matrix.Select((m, o) => m.Zip(normed, (a, b) => a * b).Sum() + bias[o]).ToArray();
            })];
        }
    }

    private static double[][] Rows(Tensor tensor)
    {
        long width = tensor.shape[^1];
        return [.. Arrays.ToFloats(tensor).Select(v => (double)v).Chunk((int)width)];
    }

    private static float[] Joined(IReadOnlyDictionary<string, float[]> shares) => [.. shares["a"], .. shares["b"]];

    private static Tensor Matrix(long rows, long columns, params float[] numbers) => Arrays.ToTensor(numbers, CPU, 1, rows, columns);

    private static SafeTensor Filled(SafeTensor tensor, Func<int, float> number)
        => SafeTensor.FromFloats(tensor.Name, [.. tensor.Shape], [.. Enumerable.Range(0, tensor.ToFloats().Length).Select(number)]);
}

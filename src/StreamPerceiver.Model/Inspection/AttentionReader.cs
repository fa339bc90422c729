using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// Reads from a model's attention weights which tokens of a window it reads. What an output reads is rolled back: the weights of its queries on the latents,
/// then the self-attention layers, then the cross-attention to the tokens. A self-attention layer counts as half its weights and half the latent itself, for
/// the residual (attention rollout, arXiv:2005.00928). Weights are means over heads and over repeated cross-attentions. For one caller at a time.
/// </summary>
public sealed class AttentionReader : IDisposable
{
    private static readonly Scalar Half = Scalars.Create(0.5);

    private readonly PerceiverModel _model;
    private Action<Tensor> _observe = _ => { };

    /// <summary>Loads a model to be read. Its memory for a window is more than usual: all weights of latents on tokens, (N, M), are kept.</summary>
    /// <param name="load">Loads the model with the plan that it is given, such as <c>plan => Checkpoint.Load(directory, plan)</c>.</param>
    public AttentionReader(Func<ExecutionPlan, PerceiverModel> load) => _model = load(new ObservedPlan(weights => _observe(weights)));

    /// <summary>The sizes of the model.</summary>
    public PerceiverConfig Config => _model.Config;

    /// <summary>Runs the model on one window, and reads the weights of its attention.</summary>
    /// <param name="inputs">As for <see cref="PerceiverModel.Run"/>, with a batch of 1.</param>
    /// <param name="points">As for <see cref="PerceiverModel.Decode"/>.</param>
    /// <param name="wanted">Names of the outputs to read.</param>
    /// <exception cref="ModelInputException">As for <see cref="PerceiverModel.Run"/>.</exception>
    public AttentionReading Read(
        IReadOnlyDictionary<string, ArrayInput> inputs, IReadOnlyDictionary<string, IReadOnlyList<int>>? points, IReadOnlyCollection<string> wanted)
    {
        using IDisposable scope = NewDisposeScope();
        List<Tensor> layers = [];
        _observe = weights => layers.Add(weights.DetachFromDisposeScope());
        try
        {
            using EncodedInputs encoded = _model.Encode(_model.ToTensors(batch: 1, inputs));
            (Tensor Weights, bool ReadsTokens)[] order = [.. layers.Zip(_model.Encoder.Layers, (weights, layer) => (weights, layer.ReadsTokens))];
            Dictionary<string, float[]> numbers = new(StringComparer.Ordinal);
            Dictionary<string, IReadOnlyDictionary<string, float[]>> outputs = new(StringComparer.Ordinal);
            foreach (string name in wanted) outputs[name] = ByInput(RollBack(order, ReadLatents(name, encoded, points, numbers)));
            return new AttentionReading(ByInput(Mean(order)), outputs, numbers);
        }
        finally
        {
            foreach (Tensor weights in layers) weights.Dispose();
        }
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => _model.Dispose();

    /// <summary>Rolls the weights of latents (1, 1, N) back through the layers to the tokens: (1, 1, M).</summary>
    /// <param name="layers">The weights of each layer in its order, (1, N, M) where it reads the tokens, and (1, N, N) where it does not.</param>
    /// <param name="read">The weights of the latents after the last layer.</param>
    internal static Tensor RollBack(IReadOnlyList<(Tensor Weights, bool ReadsTokens)> layers, Tensor read)
    {
        List<Tensor> tokens = [];
        foreach ((Tensor weights, bool readsTokens) in layers.Reverse())
        {
            if (readsTokens) tokens.Add(read.bmm(weights));                 // (1, 1, M)
            else read = read.add(read.bmm(weights), Scalars.One).mul(Half); // (1, 1, N)
        }

        return cat(tokens, 1).mean([1], keepdim: true);
    }

    // What the latents read, on the mean of all latents: (1, 1, M).
    private static Tensor Mean(IReadOnlyList<(Tensor Weights, bool ReadsTokens)> layers)
        => cat([.. layers.Where(l => l.ReadsTokens).Select(l => l.Weights.mean([1], keepdim: true))], 1).mean([1], keepdim: true);

    // Computes one output, and the weights of the latents in it as the mean over its queries: (1, 1, N). A masked token asks nothing.
    private Tensor ReadLatents(
        string name, EncodedInputs encoded, IReadOnlyDictionary<string, IReadOnlyList<int>>? points, Dictionary<string, float[]> numbers)
    {
        Tensor? ignored = Config.Outputs[name] is InputQueriedOutput queried && points?.ContainsKey(name) != true
            ? encoded.QueryInputs[queried.Input].Ignored : null;            // (1, M_m)
        Tensor? sum = null;
        long first = 0;
        _observe = weights =>
        {
            Tensor asking = ignored is null ? weights : weights.masked_fill(ignored.narrow(1, first, weights.size(1)).unsqueeze(2), Scalars.Zero);
            Tensor part = asking.sum([1], keepdim: true);                   // (1, 1, N)
            first += weights.size(1);
            using Tensor? before = sum;
            sum = (before is null ? part : before.add(part, Scalars.One)).DetachFromDisposeScope();
        };
        foreach ((string output, Tensor value) in _model.Decode(encoded, points, [name])) numbers[output] = Arrays.ToFloats(value);
        long latents = encoded.Latents.size(1);
        using Scalar even = Scalars.Create(1.0 / latents);
        if (sum is null) return full([1, 1, latents], even);                // the output takes the mean of the latents
        using Tensor read = sum;
        Tensor total = read.sum([2], keepdim: true);                        // the queries that count
        return read.div(total.masked_fill(total.eq(Scalars.Zero), Scalars.One));
    }

    private Dictionary<string, float[]> ByInput(Tensor shares)
    {
        float[] all = Arrays.ToFloats(shares);
        int first = 0;
        return Config.Inputs.ToDictionary(i => i.Key, i => all[first..(first += i.Value.Tokens)], StringComparer.Ordinal);
    }
}

using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>The tokens of a call.</summary>
/// <param name="Joined">All of them, (B, M, C).</param>
/// <param name="Ignored">True where a token is hidden, (B, M); null for none.</param>
/// <param name="Asking">The tokens of the inputs that ask for an output, by name.</param>
internal sealed record InputTokens(Tensor Joined, Tensor? Ignored, IReadOnlyDictionary<string, AskingTokens> Asking);

/// <summary>Tokens that are queries, too.</summary>
/// <param name="Tokens">Features and positions, (B, M_m, C_m).</param>
/// <param name="Ignored">True where a token is hidden, (B, M_m); null for none.</param>
/// <param name="Grid">Sizes of the axes of M_m.</param>
internal sealed record AskingTokens(Tensor Tokens, Tensor? Ignored, IReadOnlyList<int> Grid);

/// <summary>All inputs of a model, joined along the tokens in ordinal order of their names.</summary>
internal sealed class InputSet : IDisposable
{
    private readonly Device _device;
    private readonly InputAdapter[] _adapters;
    private readonly HashSet<string> _asking;

    /// <param name="config">Sizes.</param>
    /// <param name="weights">At the root.</param>
    /// <param name="device">Where the model runs.</param>
    public InputSet(PerceiverConfig config, WeightScope weights, Device device)
    {
        _device = device;
        _adapters = [.. config.Inputs.Keys.Select(name => new InputAdapter(name, config, weights, device))];
        _asking = [.. config.Outputs.Values.OfType<InputQueriedOutput>().Select(o => o.Input)];
    }

    /// <summary>The tokens of checked inputs.</summary>
    public InputTokens Tokens(IReadOnlyDictionary<string, ModelInput> inputs)
    {
        long batch = InputGuards.Batch(_adapters, inputs);
        bool masked = inputs.Values.Any(i => i.Mask is not null);
        List<Tensor> tokens = [];
        List<Tensor> hidden = [];
        Dictionary<string, AskingTokens> asking = new(StringComparer.Ordinal);
        foreach (InputAdapter adapter in _adapters)
        {
            TokenParts parts = adapter.Parts(batch, inputs.GetValueOrDefault(adapter.Name));
            tokens.Add(parts.Join());                                       // (B, M_m, C)
            if (masked)
                hidden.Add(parts.Ignored ?? zeros([batch, parts.Count], ScalarType.Bool, _device)); // (B, M_m)
            if (_asking.Contains(adapter.Name))
                asking.Add(adapter.Name, new(parts.Constant is null ? tokens[^1] : parts.JoinContent(), parts.Ignored, parts.Grid));
        }

        return new(One(tokens), masked ? One(hidden) : null, asking);       // (B, M, C), (B, M)
    }

    public void Dispose()
    {
        foreach (InputAdapter adapter in _adapters)
            adapter.Dispose();
    }

    // The tokens of one input are all the tokens: no copy.
    private static Tensor One(List<Tensor> parts) => parts.Count == 1 ? parts[0] : cat(parts, 1);
}

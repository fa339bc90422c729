using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>The tokens of a call's inputs.</summary>
/// <param name="Joined">All tokens, (B, M, C).</param>
/// <param name="Ignored">True where a token is hidden, (B, M); null for none.</param>
internal sealed record InputTokens(Tensor Joined, Tensor? Ignored);

/// <summary>All inputs of a model, joined along the tokens in ordinal order of their names.</summary>
internal sealed class InputSet : IDisposable
{
    private readonly Device _device;
    private readonly IReadOnlyDictionary<string, InputConfig> _known;
    private readonly InputAdapter[] _adapters;
    private readonly HashSet<string> _queryInputs;

    /// <param name="config">Sizes.</param>
    /// <param name="weights">The model's weights at the root.</param>
    /// <param name="device">The model's device.</param>
    public InputSet(PerceiverConfig config, WeightScope weights, Device device)
    {
        _device = device;
        _known = config.Inputs;
        _adapters = [.. config.Inputs.Keys.Select(name => new InputAdapter(name, config, weights, device))];
        _queryInputs = [.. config.Outputs.Values.OfType<InputQueriedOutput>().Select(o => o.Input)];
    }

    /// <summary>Checks the inputs and makes the parts of their tokens, in the order of the inputs.</summary>
    public IReadOnlyList<TokenParts> Parts(IReadOnlyDictionary<string, ModelInput> inputs)
    {
        long batch = InputGuards.RequireBatch(_known, inputs);
        return [.. _adapters.Select(a => a.Parts(batch, inputs.GetValueOrDefault(a.Name)))];
    }

    /// <summary>Joins the tokens of all inputs.</summary>
    public InputTokens Join(IReadOnlyList<TokenParts> parts) => new(
        Concatenate([.. parts.Select(p => p.Join())]),                      // (B, M, C)
        parts.Any(p => p.Ignored is not null)
            ? Concatenate([.. parts.Select(p => p.Ignored ?? zeros([p.Batch, p.Count], ScalarType.Bool, _device))]) // (B, M)
            : null);

    /// <summary>Selects the tokens of the inputs that an output takes as queries, by name, without padding. The caller disposes them.</summary>
    public IReadOnlyDictionary<string, TokenParts> QueryInputs(IReadOnlyList<TokenParts> parts) => _adapters.Zip(parts)
        .Where(x => _queryInputs.Contains(x.First.Name))
        .ToDictionary(x => x.First.Name, x => x.Second.Detach(), StringComparer.Ordinal);

    public void Dispose()
    {
        foreach (InputAdapter adapter in _adapters)
            adapter.Dispose();
    }

    // A single input needs no copy.
    private static Tensor Concatenate(List<Tensor> parts) => parts.Count == 1 ? parts[0] : cat(parts, 1);
}

using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>The tokens of a call.</summary>
/// <param name="Joined">All of them, (B, M, C).</param>
/// <param name="Ignored">True where a token is hidden, (B, M); null for none.</param>
internal sealed record InputTokens(Tensor Joined, Tensor? Ignored);

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

    /// <summary>The parts of checked inputs' tokens, in the order of the inputs.</summary>
    public IReadOnlyList<TokenParts> Parts(IReadOnlyDictionary<string, ModelInput> inputs)
    {
        long batch = InputGuards.Batch(_adapters, inputs);
        return [.. _adapters.Select(a => a.Parts(batch, inputs.GetValueOrDefault(a.Name)))];
    }

    /// <summary>All tokens.</summary>
    public InputTokens Join(IReadOnlyList<TokenParts> parts) => new(
        One([.. parts.Select(p => p.Join())]),                              // (B, M, C)
        parts.Any(p => p.Ignored is not null) ? One([.. parts.Select(p => p.Ignored ?? zeros([p.Batch, p.Count], ScalarType.Bool, _device))]) : null); // (B, M)

    /// <summary>The tokens of the inputs that ask for an output, by name, without their padding; whoever gets them frees them.</summary>
    public IReadOnlyDictionary<string, TokenParts> Asking(IReadOnlyList<TokenParts> parts) => _adapters.Zip(parts)
        .Where(x => _asking.Contains(x.First.Name))
        .ToDictionary(x => x.First.Name, x => x.Second.Kept(), StringComparer.Ordinal);

    public void Dispose()
    {
        foreach (InputAdapter adapter in _adapters)
            adapter.Dispose();
    }

    // The tokens of one input are all the tokens: no copy.
    private static Tensor One(List<Tensor> parts) => parts.Count == 1 ? parts[0] : cat(parts, 1);
}

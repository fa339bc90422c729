using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>All inputs of a model, joined along the tokens in ordinal order of their names.</summary>
internal sealed class InputSet : IDisposable
{
    private readonly Device _device;
    private readonly InputAdapter[] _adapters;

    /// <param name="config">Sizes.</param>
    /// <param name="weights">At "perceiver.".</param>
    /// <param name="device">Where the model runs.</param>
    public InputSet(PerceiverConfig config, WeightScope weights, Device device)
    {
        WeightScope? preprocessor = config.IsMultimodal ? weights.At("input_preprocessor") : null;
        _device = device;
        _adapters = [.. config.Inputs.Select(i => new InputAdapter(i.Key, i.Value, preprocessor, device))];
    }

    /// <summary>Tokens (B, M, C), and which of them are hidden, (B, M), or null for none.</summary>
    public (Tensor Tokens, Tensor? Ignored) Tokens(IReadOnlyDictionary<string, ModelInput> inputs)
    {
        long batch = InputGuards.Batch(_adapters, inputs);
        bool masked = inputs.Values.Any(i => i.Mask is not null);
        List<Tensor> tokens = [];
        List<Tensor> hidden = [];
        foreach (InputAdapter adapter in _adapters)
        {
            ModelInput? input = inputs.GetValueOrDefault(adapter.Name);
            Tensor? ignored = input?.Mask?.to(_device).eq(0);               // (B, M_m)
            TokenParts parts = adapter.Parts(batch, input, ignored);
            tokens.Add(parts.Join());                                       // (B, M_m, C)
            if (masked)
                hidden.Add(ignored ?? zeros([batch, parts.Count], ScalarType.Bool, _device)); // (B, M_m)
        }

        return (cat(tokens, 1), masked ? cat(hidden, 1) : null);            // (B, M, C), (B, M)
    }

    public void Dispose()
    {
        foreach (InputAdapter adapter in _adapters)
            adapter.Dispose();
    }
}

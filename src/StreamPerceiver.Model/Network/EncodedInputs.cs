using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// What a model has made of a call's inputs: outputs can be asked of it as often as one likes, in as many pieces as one likes, without reading the
/// inputs again. The owner disposes it.
/// </summary>
public sealed class EncodedInputs : IDisposable
{
    private readonly Dictionary<string, Tensor> _tokens = new(StringComparer.Ordinal);

    internal EncodedInputs(PerceiverModel model, Tensor latents, IReadOnlyDictionary<string, TokenParts> asking) => (Model, Latents, Asking) = (model, latents, asking);

    /// <summary>Windows B.</summary>
    public long Batch => Latents.size(0);

    /// <summary>The latents after the last layer, (B, N, D).</summary>
    public Tensor Latents { get; }

    /// <summary>The model that made it. No other can read it.</summary>
    internal PerceiverModel Model { get; }

    /// <summary>The tokens of the inputs that ask for an output, by name.</summary>
    internal IReadOnlyDictionary<string, TokenParts> Asking { get; }

    /// <summary>The whole tokens of an input that asks, (B, M_m, C_m); made when they are asked for.</summary>
    internal Tensor Tokens(string input) => _tokens.TryGetValue(input, out Tensor? known) ? known : _tokens[input] = Asking[input].Join().DetachFromDisposeScope();

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Latents.Dispose();
        foreach (Tensor tokens in _tokens.Values)
            tokens.Dispose();
        foreach (TokenParts asking in Asking.Values)
        {
            asking.Content?.Dispose();
            asking.Ignored?.Dispose();
        }
    }
}

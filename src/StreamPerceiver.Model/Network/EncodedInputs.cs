using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// The inputs of a call after the encoder. Outputs can be decoded from the same encoded inputs many times, and in pieces. The owner disposes them.
/// </summary>
public sealed class EncodedInputs : IDisposable
{
    private readonly Dictionary<string, Tensor> _tokens = new(StringComparer.Ordinal);

    internal EncodedInputs(PerceiverModel model, Tensor latents, IReadOnlyDictionary<string, TokenParts> queryInputs) =>
        (Model, Latents, QueryInputs) = (model, latents, queryInputs);

    /// <summary>Windows B.</summary>
    public long Batch => Latents.size(0);

    /// <summary>The latents after the last layer, (B, N, D).</summary>
    public Tensor Latents { get; }

    /// <summary>The model that encoded the inputs. Another model cannot decode them.</summary>
    internal PerceiverModel Model { get; }

    /// <summary>The tokens of the inputs that an output takes as queries, by name.</summary>
    internal IReadOnlyDictionary<string, TokenParts> QueryInputs { get; }

    /// <summary>Returns the whole tokens of an input that an output takes as queries, (B, M_m, C_m). The first call makes them.</summary>
    internal Tensor Tokens(string input) =>
        _tokens.TryGetValue(input, out Tensor? known) ? known : _tokens[input] = QueryInputs[input].Join().DetachFromDisposeScope();

    /// <summary>Frees the latents and the tokens.</summary>
    public void Dispose()
    {
        Latents.Dispose();
        foreach (Tensor tokens in _tokens.Values)
            tokens.Dispose();
        foreach (TokenParts parts in QueryInputs.Values)
        {
            parts.Content?.Dispose();
            parts.Ignored?.Dispose();
        }
    }
}

using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// What a model has made of a call's inputs: outputs can be asked of it as often as one likes, in as many pieces as one likes, without reading the
/// inputs again. The owner disposes it.
/// </summary>
public sealed class EncodedInputs : IDisposable
{
    internal EncodedInputs(Tensor latents, IReadOnlyDictionary<string, AskingTokens> asking) => (Latents, Asking) = (latents, asking);

    /// <summary>Windows B.</summary>
    public long Batch => Latents.shape[0];

    /// <summary>The latents after the last layer, (B, N, D).</summary>
    public Tensor Latents { get; }

    internal IReadOnlyDictionary<string, AskingTokens> Asking { get; }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Latents.Dispose();
        foreach (AskingTokens asking in Asking.Values)
        {
            asking.Tokens.Dispose();
            asking.Ignored?.Dispose();
        }
    }
}

using StreamPerceiver.Model;
using static TorchSharp.torch;

namespace StreamPerceiver.Benchmarks;

/// <summary>Scores of a tile of 128 tokens of 48 channels for 32 latents, and sums of the tokens: 0.8 million multiplications, one thread.</summary>
internal sealed unsafe class PanelProducts : IBenchmark
{
    private const int Tokens = 128;
    private const int Channels = 48;

    private readonly Scratch _memory = Scratch.Rent((Tokens * Channels) + (2 * Channels * PanelProduct.Lanes) + (Tokens * PanelProduct.Lanes));

    public PanelProducts() => new Span<float>(_memory.Start, (Tokens * Channels) + (2 * Channels * PanelProduct.Lanes) + (Tokens * PanelProduct.Lanes)).Clear();

    public string Name => "model: products of a tile";

    public void Run()
    {
        float* tokens = _memory.Start, latents = tokens + (Tokens * Channels), sums = latents + (Channels * PanelProduct.Lanes),
            scores = sums + (Channels * PanelProduct.Lanes);
        PanelProduct.Add(tokens, Channels, 1, Tokens, Channels, latents, scores);
        PanelProduct.Add(tokens, 1, Channels, Channels, Tokens, scores, sums);
    }
}

/// <summary>One layer's self-attention of the official optical flow model, without its linear layers.</summary>
internal sealed class SelfAttention : IBenchmark
{
    private readonly Tensor _projected = randn(1, 2048, 3 * 512);

    public string Name => "model: self-attention, 2048 latents, 16 heads of 32";

    public void Run() => FusedAttention.Attend(
        new Columns(_projected, 0, 512), new Columns(_projected, 512, 512), new Columns(_projected, 1024, 512), 16, hidden: null, Precision.Float32).Dispose();
}

/// <summary>The same as libtorch's operations do it.</summary>
internal sealed class PlainSelfAttention : IBenchmark
{
    private readonly Tensor _projected = randn(1, 2048, 3 * 512);

    public string Name => "model: the same of libtorch's operations";

    public void Run()
    {
        using IDisposable scope = NewDisposeScope();
        TensorAttention.Attend(new Columns(_projected, 0, 512), new Columns(_projected, 512, 512), new Columns(_projected, 1024, 512), 16, hidden: null);
    }
}

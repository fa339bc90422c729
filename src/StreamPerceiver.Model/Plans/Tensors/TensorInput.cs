using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>One input's part of <see cref="TensorCrossAttention"/>. Its tables of the grid are kept until a call brings another grid.</summary>
/// <param name="scores">Score vectors: coefficients of a normalised token's channels in a latent's score, (H N, C); scores are exponents of two.</param>
/// <param name="plan">The model's plan.</param>
internal sealed class TensorInput(Tensor scores, ExecutionPlan plan) : IDisposable
{
    private TokenLayout? _layout;
    private Tensor? _dense;
    private Tensor? _lines;
    private Tensor? _along;

    /// <summary>Computes the statistics of a call's tokens and puts their dense channels side by side.</summary>
    public TensorTokens Prepare(TokenParts parts)
    {
        if (_layout?.Grid.SequenceEqual(parts.Grid) != true) LayOut(parts);
        (Tensor deviations, Tensor means) = _layout!.Measure(parts);        // (B, M_m)
        Tensor ones = ones_like(means);
        Tensor[] measured = parts.Dense() is { } dense ? [dense, ones.unsqueeze(2), means.unsqueeze(2)] : [ones.unsqueeze(2), means.unsqueeze(2)];
        return new TensorTokens(_layout, _dense!, _lines!, _along!, deviations, cat(measured, 2));
    }

    public void Dispose()
    {
        _layout?.Dispose();
        _dense?.Dispose();
        _lines?.Dispose();
        _along?.Dispose();
    }

    private void LayOut(TokenParts parts)
    {
        Dispose();
        using IDisposable scope = NewDisposeScope();
        _layout = new TokenLayout(scores.size(1), parts, plan);
        Tensor inUnits = scores.mul(Scalars.LogOfTwo);                      // libtorch's softmax takes exponents of e
        _dense = _layout.ScoresOfDense(inUnits).contiguous().DetachFromDisposeScope(); // (H N, K)
        Tensor places = _layout.ScoresOfPlaces(inUnits);                          // (H N, places)
        _lines = _layout.ScoresOfLines(places).DetachFromDisposeScope();          // (H N, lines)
        _along = places.narrow(1, places.size(1) - _layout.Axes[^1], _layout.Axes[^1]).clone().DetachFromDisposeScope(); // (H N, length)
    }
}

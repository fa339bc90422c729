using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Computes the layer norm's statistics by libtorch's operations. Sums are float64, since a variance is a small difference of large sums.</summary>
internal sealed class TensorMeasure : ITokenMeasure
{
    private static readonly Scalar Epsilon = Scalars.Create(NormLimits.Epsilon);
    private static readonly Scalar GreatestPower = Scalars.Create((double)NormLimits.Most * NormLimits.Most);

    private readonly Scalar _channels;
    private readonly Tensor _sums;
    private readonly Tensor _squares;

    /// <param name="channels">Channels C of a whole token.</param>
    /// <param name="sums">(M) sums of the channels that are not features.</param>
    /// <param name="squares">(M) sums of the squares of these channels.</param>
    /// <param name="device">The device of the tokens.</param>
    public TensorMeasure(int channels, float[] sums, float[] squares, Device device)
    {
        using IDisposable scope = NewDisposeScope();
        _channels = Scalars.Create(channels);
        _sums = Arrays.ToTensor(sums, device, 1, sums.Length).to(ScalarType.Float64).DetachFromDisposeScope(); // (1, M)
        _squares = Arrays.ToTensor(squares, device, 1, squares.Length).to(ScalarType.Float64).DetachFromDisposeScope(); // (1, M)
    }

    /// <inheritdoc/>
    public (Tensor Deviations, Tensor Means) Measure(TokenParts parts)
    {
        using IDisposable scope = NewDisposeScope();
        (Tensor sum, Tensor square) = (_sums.expand(parts.Batch, -1), _squares.expand(parts.Batch, -1)); // (B, M)
        if (parts.Content is { } content)
        {
            Tensor features = parts.Linear?.Forward(content) ?? content;    // (B, M, Cf)
            sum = sum.add(features.sum(2, type: ScalarType.Float64), Scalars.One);
            square = square.add(features.mul(features).sum(2, type: ScalarType.Float64), Scalars.One);
        }

        Tensor mean = sum.div(_channels), power = square.div(_channels);
        Tensor deviations = power.sub(mean.mul(mean)).clamp(min: Scalars.Zero).add(Epsilon, Scalars.One).rsqrt()
            .masked_fill(power.gt(GreatestPower), Scalars.NaN);
        return (deviations.to(ScalarType.Float32).MoveToOuterDisposeScope(), mean.to(ScalarType.Float32).MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        _channels.Dispose();
        _sums.Dispose();
        _squares.Dispose();
    }
}

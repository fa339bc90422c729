using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>The tokens of one input in one call, as <see cref="TensorCrossAttention"/> reads them.</summary>
/// <param name="layout">Layout of the tokens on their grid.</param>
/// <param name="dense">Coefficients of the dense channels in a latent's score, (H N, K).</param>
/// <param name="lines">Score terms of the axes before the last one, (H N, lines).</param>
/// <param name="along">Score terms of the last axis, (H N, length).</param>
/// <param name="deviations">Inverse deviations, (B, M_m).</param>
/// <param name="measured">Dense channels, a one, and the mean of each token, (B, M_m, K + 2).</param>
internal sealed class TensorTokens(TokenLayout layout, Tensor dense, Tensor lines, Tensor along, Tensor deviations, Tensor measured)
{
    private readonly long _channels = measured.size(2) - 2;
    private readonly Tensor _factors = deviations.unsqueeze(1);             // (B, 1, M_m)

    /// <summary>Tokens M_m.</summary>
    public long Count => measured.size(1);

    /// <summary>Computes the scores of some latents, (B, n, M_m).</summary>
    public Tensor Scores(long first, long count)
    {
        long batch = measured.size(0);
        Tensor content = _channels == 0
            ? zeros([batch, count, Count], device: measured.device)
            : dense.narrow(0, first, count).unsqueeze(0).expand(batch, -1, -1).bmm(measured.narrow(2, 0, _channels).transpose(1, 2));
        if (lines.size(1) * along.size(1) == Count)
        {
            Tensor grid = content.view(batch, count, lines.size(1), along.size(1));
            grid.add_(lines.narrow(0, first, count).unsqueeze(2), Scalars.One).add_(along.narrow(0, first, count).unsqueeze(1), Scalars.One);
        }
        else
        {
            content.add_(along.narrow(0, first, count), Scalars.One);       // one term for all tokens
        }

        return content.mul_(_factors);
    }

    /// <summary>Sums up normalised tokens without scale and shift, weighted by shares (B, n, M_m): (B, n, C).</summary>
    public Tensor Whole(Tensor shares)
    {
        Tensor weighted = shares.mul(_factors);                             // (B, n, M_m)
        Tensor sums = weighted.bmm(measured);                               // (B, n, K + 2)
        Tensor weight = sums.narrow(2, _channels, 1);                       // (B, n, 1)
        Tensor places = layout.Places is null ? weight : layout.SumByPlace(weighted); // (B, n, places)
        return layout.ToWholeTokens(sums.narrow(2, 0, _channels), places, weight, sums.narrow(2, _channels + 1, 1));
    }
}

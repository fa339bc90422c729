using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// The tokens of one input in three parts: content, positions (equal in every row of a batch), and a trained constant (equal for every token).
/// A part that the input does not have is null.
/// </summary>
/// <param name="Batch">B.</param>
/// <param name="Grid">Sizes of the token grid's axes.</param>
/// <param name="Content">Content, (B, M_m, Cx).</param>
/// <param name="Linear">The layer that makes features of the content; null where the content is the features.</param>
/// <param name="Places">The table of positions; null for none.</param>
/// <param name="Constant">Trained padding or mask vector, (1, Cc); null for none.</param>
/// <param name="Ignored">True where a token is hidden, (B, M_m); null for none.</param>
internal sealed record TokenParts(
    long Batch, IReadOnlyList<int> Grid, Tensor? Content, Linear? Linear, PositionTable? Places, Tensor? Constant, Tensor? Ignored)
{
    private static readonly Scalar GreatestFeature = Scalars.Create(NormLimits.Most);

    /// <summary>Tokens M_m.</summary>
    public long Count => InputGuards.Tokens(Grid);

    /// <summary>Makes the whole tokens, features | position | constant: (B, M_m, C).</summary>
    public Tensor Join() => Joined(Features(Content), Positions(), Constant?.unsqueeze(0).expand(Batch, Count, -1));

    /// <summary>Makes the whole tokens at flat indices of the grid, (B, n, C).</summary>
    public Tensor JoinAt(int[] points)
    {
        Tensor? content = Content?.index_select(1, Arrays.ToIndices(points, Content.device)); // (B, n, Cx)
        Tensor? positions = Places?.At(Grid, points).unsqueeze(0).expand(Batch, -1, -1); // (B, n, Cp)
        return Joined(Features(content), positions, Constant?.unsqueeze(0).expand(Batch, points.Length, -1));
    }

    /// <summary>Detaches the parts from the dispose scope, without padding, for use after the encoder.</summary>
    public TokenParts Detach() => this with
    {
        Content = Content?.alias().DetachFromDisposeScope(),
        Constant = Content is null ? Constant : null,                       // the mask vector is the whole token
        Ignored = Ignored?.alias().DetachFromDisposeScope(),
    };

    /// <summary>Returns content and trained positions side by side, (B, M_m, K); null where the input has neither.</summary>
    public Tensor? Dense() => Content is null || Places is null or { Fourier: not null } ? Content : Joined(Content, Positions(), null);

    private Tensor? Features(Tensor? content)
    {
        if (content is null) return null;
        Tensor features = Linear?.Forward(content) ?? content;              // (B, n, F)
        return features.masked_fill(features.abs().gt(GreatestFeature), Scalars.NaN);
    }

    private Tensor? Positions() => Places?.On(Grid).unsqueeze(0).expand(Batch, -1, -1);

    private static Tensor Joined(params Tensor?[] parts)
    {
        Tensor[] there = [.. parts.OfType<Tensor>()];
        return there.Length == 1 ? there[0] : cat(there, -1);               // (B, M_m, channels)
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// The tokens of one input, kept in the three parts that an encoder token is made of: what was measured, where it was (the same in every
/// row of a batch), and a trained constant (the same for every token). A part that the input does not have is null.
/// </summary>
/// <param name="Batch">B.</param>
/// <param name="Grid">Sizes of the axes of the tokens.</param>
/// <param name="Content">What was measured, (B, M_m, Cx).</param>
/// <param name="Linear">What makes features of the content; null where they are the same.</param>
/// <param name="Places">The table of positions, where the input has one.</param>
/// <param name="Constant">(1, Cc).</param>
/// <param name="Ignored">True where a token is hidden, (B, M_m); null for none.</param>
internal sealed record TokenParts(long Batch, IReadOnlyList<int> Grid, Tensor? Content, Linear? Linear, PositionTable? Places, Tensor? Constant, Tensor? Ignored)
{
    private static readonly Scalar GreatestFeature = Scalars.Create(NormLimits.Most);

    /// <summary>Tokens M_m.</summary>
    public long Count => InputGuards.Tokens(Grid);

    /// <summary>The whole tokens, features | position | constant: (B, M_m, C).</summary>
    public Tensor Join() => Joined(Features(), Positions(), Constant?.unsqueeze(0).expand(Batch, Count, -1));

    /// <summary>What tells a token of the input from the others, without padding, in memory of its own.</summary>
    public TokenParts Kept() => this with
    {
        Content = Content?.alias().DetachFromDisposeScope(),
        Constant = Content is null ? Constant : null,                       // a token that is always masked is nothing else
        Ignored = Ignored?.alias().DetachFromDisposeScope(),
    };

    /// <summary>Content and trained positions, which no axis separates, side by side: (B, M_m, K); null where there is neither.</summary>
    public Tensor? Dense() => Content is null || Places is null or { Fourier: not null } ? Content : Joined(Content, Positions(), null);

    private Tensor? Features()
    {
        if (Content is null) return null;
        Tensor features = Linear?.Forward(Content) ?? Content;              // (B, M_m, F)
        return features.masked_fill(features.abs().gt(GreatestFeature), Scalars.NaN);
    }

    private Tensor? Positions() => Places?.On(Grid).unsqueeze(0).expand(Batch, -1, -1);

    private static Tensor Joined(params Tensor?[] parts)
    {
        Tensor[] there = [.. parts.OfType<Tensor>()];
        return there.Length == 1 ? there[0] : cat(there, -1);               // (B, M_m, channels)
    }
}

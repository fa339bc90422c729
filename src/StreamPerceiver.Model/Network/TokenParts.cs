using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// The tokens of one input, kept in the three parts that an encoder token is made of: what was measured, where it was (the same in every
/// row of a batch), and a trained constant (the same for every token). A part that the input does not have is null.
/// </summary>
/// <param name="Batch">B.</param>
/// <param name="Count">Tokens M_m.</param>
/// <param name="Content">(B, M_m, Cx).</param>
/// <param name="Position">(M_m, Cp).</param>
/// <param name="Constant">(1, Cc).</param>
internal sealed record TokenParts(long Batch, long Count, Tensor? Content, Tensor? Position, Tensor? Constant)
{
    /// <summary>The whole tokens, content | position | constant: (B, M_m, C).</summary>
    public Tensor Join()
    {
        List<Tensor> parts = [];
        if (Content is not null)
            parts.Add(Content);                                             // (B, M_m, Cx)
        if (Position is not null)
            parts.Add(Position.unsqueeze(0).expand(Batch, -1, -1));         // (B, M_m, Cp)
        if (Constant is not null)
            parts.Add(Constant.unsqueeze(0).expand(Batch, Count, -1));      // (B, M_m, Cc)
        return cat(parts, -1);                                              // (B, M_m, C)
    }
}

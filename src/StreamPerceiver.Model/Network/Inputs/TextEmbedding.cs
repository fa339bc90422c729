using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Makes features of text: the trained vector of the id plus the trained vector of the place.</summary>
internal sealed class TextEmbedding(string name, TextInput config, WeightScope weights) : ContentLayer
{
    private readonly Tensor _vectors = weights.At("embeddings").Get("weight"); // (Vocabulary, Cf)
    private readonly Tensor _places = weights.At("position_embeddings").Get("weight"); // (Length, Cf)

    public override Tensor Features(Tensor content, IReadOnlyList<int> grid)
    {
        Tensor ids = content.to(ScalarType.Int64);                          // (B, L, 1)
        RequireIds(content, ids);
        Tensor vectors = _vectors.index_select(0, ids.flatten()).reshape(content.size(0), content.size(1), config.Channels); // (B, L, Cf)
        return vectors.add(_places.narrow(0, 0, content.size(1)), Scalars.One); // (B, L, Cf)
    }

    private void RequireIds(Tensor content, Tensor ids)
    {
        using Scalar vocabulary = Scalars.Create(config.Vocabulary);
        Tensor wrong = ids.lt(Scalars.Zero).logical_or(ids.ge(vocabulary)).logical_or(ids.to(ScalarType.Float32).ne(content)); // (B, L, 1)
        using Tensor any = wrong.any();
        if (!any.item<bool>())
            return;
        float[] values = Arrays.ToFloats(content);
        int place = Array.FindIndex(values, v => v < 0 || v >= config.Vocabulary || v != MathF.Truncate(v));
        throw new ModelInputException(
            $"input '{name}': token {place % content.size(1)} is {values[place]}: must be a whole number from 0 to {config.Vocabulary - 1}");
    }
}

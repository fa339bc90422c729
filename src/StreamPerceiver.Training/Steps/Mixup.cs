using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>
/// Mixes the windows of a batch and their targets in pairs (arXiv:1710.09412). All follows from the seed and the batch's number. A window whose partner has
/// targets of other outputs stays as it is.
/// </summary>
internal sealed class Mixup
{
    private readonly int[] _partners;
    private readonly double[] _shares; // of the window itself

    /// <summary>Draws the pairs of a batch.</summary>
    /// <param name="alpha">The parameter of the distribution of shares, above 0 and at most 1.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="number">The batch's number.</param>
    /// <param name="batch">Its examples.</param>
    public Mixup(double alpha, int seed, long number, IReadOnlyList<Example> batch)
    {
        Random random = Seeds.Make(seed, ~number, -1);
        _partners = [.. Enumerable.Range(0, batch.Count)];
        random.Shuffle(_partners);
        _shares = [.. batch.Select((example, b) =>
        {
            double share = Beta(random, alpha);
            return example.Targets.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(batch[_partners[b]].Targets.Keys) ? share : 1;
        })];
        Examples = [.. batch.Select((example, b) => example with
        {
            Targets = example.Targets.ToDictionary(
                t => t.Key, t => _shares[b] == 1 ? t.Value : Mix(t.Value, batch[_partners[b]].Targets[t.Key], _shares[b]), StringComparer.Ordinal),
        })];
    }

    /// <summary>The examples of the batch, with mixed targets.</summary>
    public Example[] Examples { get; }

    /// <summary>Mixes the content of a batch. A token that one of both windows lacks is masked.</summary>
    /// <param name="arrays">By input, content (B, M, C) and mask (B, M).</param>
    public Dictionary<string, ArrayInput> MixContent(IReadOnlyDictionary<string, ArrayInput> arrays)
        => arrays.ToDictionary(a => a.Key, a => MixContent(a.Value), StringComparer.Ordinal);

    private ArrayInput MixContent(ArrayInput input)
    {
        float[] content = input.Content.ToArray();
        byte[] mask = input.Mask.ToArray();
        int numbers = content.Length / _partners.Length, tokens = mask.Length / _partners.Length, channels = numbers / tokens;
        for (int b = 0; b < _partners.Length; b++)
        {
            if (_shares[b] == 1) continue;
            int partner = _partners[b];
            float share = (float)_shares[b];
            for (int m = 0; m < tokens; m++)
            {
                mask[(b * tokens) + m] &= input.Mask.Span[(partner * tokens) + m];
                if (mask[(b * tokens) + m] == 0) continue; // the content of a masked token may be anything
                int own = (b * numbers) + (m * channels), other = (partner * numbers) + (m * channels);
                for (int c = 0; c < channels; c++) content[own + c] = (share * content[own + c]) + ((1 - share) * input.Content.Span[other + c]);
            }
        }

        return new ArrayInput(content, mask);
    }

    private static float[] Mix(float[] own, float[] other, double share) => [.. own.Zip(other, (a, b) => (float)((share * a) + ((1 - share) * b)))];

    // Jöhnk's method, by logarithms, so that small parameters do not end at zero.
    private static double Beta(Random random, double alpha)
    {
        while (true)
        {
            double x = Math.Log(1 - random.NextDouble()) / alpha, y = Math.Log(1 - random.NextDouble()) / alpha;
            if (Math.Exp(x) + Math.Exp(y) <= 1) return 1 / (1 + Math.Exp(y - x));
        }
    }
}

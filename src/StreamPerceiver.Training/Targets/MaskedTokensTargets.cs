namespace StreamPerceiver.Training;

/// <summary>
/// Targets that are tokens of an input: a share of them is masked, and the output should give their content. Every window has one masked token at least. With
/// the share 0 nothing is masked, and all tokens are targets (autoencoding; arXiv:2107.14795, section 4.3).
/// </summary>
/// <param name="store">The windows.</param>
/// <param name="input">Number of the input.</param>
/// <param name="share">The share of tokens; 1 hides the whole input.</param>
/// <param name="tokens">Tokens that are computed in a batch, if the output is computed at points; null: it is not.</param>
internal sealed class MaskedTokensTargets(WindowStore store, int input, double share, int? tokens) : TargetSource
{
    /// <inheritdoc/>
    public override string Lack => $"{store.Inputs[input].Name} has no data";

    /// <inheritdoc/>
    public override bool Has(Example example) => store.Windows[example.Row].Present[input];

    /// <inheritdoc/>
    internal override IReadOnlyList<int>? ChoosePoints(Random random)
    {
        if (tokens is not { } count) return null;
        int[] all = [.. Enumerable.Range(0, store.Inputs[input].Tokens)];
        if (count < all.Length) random.Shuffle(all);
        return [.. all.Take(count).Order()];
    }

    /// <inheritdoc/>
    internal override void Hide(in WindowInput window, Random random, IReadOnlyList<int>? points, TargetRows rows)
    {
        (string name, int count, int channels) = store.Inputs[input];
        if (window.Name != name) return;
        int[] there = ThoseThere(window.Mask);
        if (there.Length == 0) return;
        int always = there[random.Next(there.Length)];
        var hidden = there.Where(_ => random.NextDouble() < share).ToHashSet();
        if (share > 0 && hidden.Count == 0) hidden.Add(always);
        int queries = points?.Count ?? count;
        for (int query = 0; query < queries; query++)
        {
            int token = points?[query] ?? query;
            if (share > 0 ? hidden.Contains(token) : window.Mask[token] != 0)
                rows.Add((window.Place * queries) + query, window.Content.Slice(token * channels, channels));
        }

        foreach (int token in hidden)
        {
            window.Content.Slice(token * channels, channels).Clear(); // a query of the input's own tokens would read it
            window.Mask[token] = 0;
        }
    }

    private static int[] ThoseThere(ReadOnlySpan<byte> mask)
    {
        List<int> there = [];
        for (int token = 0; token < mask.Length; token++)
            if (mask[token] != 0)
                there.Add(token);
        return [.. there];
    }
}

using StreamPerceiver.Formats;

namespace StreamPerceiver.Training;

/// <summary>
/// Targets that are hidden words of a text: a share of the words, each with the space before it, is read as [MASK] (arXiv:2107.14795, appendix F).
/// Every text with a byte has one hidden word at least.
/// </summary>
/// <param name="store">The windows.</param>
/// <param name="input">Number of the text.</param>
/// <param name="share">The share of words, above 0.</param>
internal sealed class MaskedBytesTargets(WindowStore store, int input, double share) : TargetSource
{
    private const int Space = ByteTokenizer.FirstByte + ' ', Newline = ByteTokenizer.FirstByte + '\n';

    private readonly float[] _target = new float[ByteTokenizer.VocabularySize];

    /// <inheritdoc/>
    public override string Lack => $"{store.Inputs[input].Name} has no text";

    /// <inheritdoc/>
    public override bool Has(Example example) => store.Windows[example.Row].Present[input];

    /// <inheritdoc/>
    internal override void Hide(in WindowInput window, Random random, IReadOnlyList<int>? points, TargetRows rows)
    {
        if (window.Name != store.Inputs[input].Name) return;
        List<(int Begin, int End)> words = WordsOf(window.Content, window.Mask);
        if (words.Count == 0) return;
        int always = random.Next(words.Count);
        bool[] hidden = [.. words.Select((_, word) => random.NextDouble() < share)];
        if (!hidden.Contains(true)) hidden[always] = true;
        foreach ((int begin, int end) in words.Where((_, word) => hidden[word]))
        {
            for (int at = begin; at < end; at++)
            {
                _target[(int)window.Content[at]] = 1;
                rows.Add((window.Place * window.Mask.Length) + at, _target);
                _target[(int)window.Content[at]] = 0;
                window.Content[at] = ByteTokenizer.Mask;
            }
        }
    }

    // A word is what is between special tokens, and begins anew at white space that follows something else.
    private static List<(int Begin, int End)> WordsOf(ReadOnlySpan<float> ids, ReadOnlySpan<byte> mask)
    {
        List<(int Begin, int End)> words = [];
        int begin = -1;
        for (int at = 0; at <= ids.Length; at++)
        {
            bool isByte = at < ids.Length && mask[at] != 0 && ids[at] >= ByteTokenizer.FirstByte;
            if (begin >= 0 && (!isByte || (IsSpace(ids[at]) && !IsSpace(ids[at - 1]))))
            {
                words.Add((begin, at));
                begin = -1;
            }

            if (isByte && begin < 0) begin = at;
        }

        return words;
    }

    private static bool IsSpace(float id) => id is Space or Newline;
}

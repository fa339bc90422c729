using System.Globalization;

namespace StreamPerceiver.Recordings.Explain;

/// <summary>Writes what a model reads of a window as text.</summary>
public static class AttentionText
{
    /// <summary>Writes a block of lines; none where no model was asked.</summary>
    public static IEnumerable<string> Lines(WindowExplanation window)
    {
        if (window.Attention is not { } attention) yield break;
        yield return "";
        yield return $"attention of the model in {attention.Model}:";
        foreach (ReaderAttention reader in attention.Readers)
        {
            yield return $"  {reader.Name}{(reader.Answer is { } answer ? $" ({answer})" : "")}";
            foreach (InputAttention input in reader.Inputs.OrderByDescending(i => i.Share))
                yield return string.Create(CultureInfo.InvariantCulture, $"    {input.Share,7:P1}  {input.Name}{Peak(input)}");
        }
    }

    /// <summary>Returns how many times the mean of an input's visible tokens the greatest token has; 0 where nothing is read.</summary>
    internal static double PeakOf(InputAttention input)
        => input.Share > 0 ? input.Tokens.Max() * input.Tokens.Count(share => share > 0) / input.Share : 0;

    private static string Peak(InputAttention input)
    {
        if (input.Tokens.Count < 2 || PeakOf(input) is not (> 0 and var peak)) return "";
        int token = input.Tokens.Index().MaxBy(t => t.Item).Index, left = token;
        var place = new int[input.Grid.Count];
        for (int axis = place.Length - 1; axis >= 0; left /= input.Grid[axis--]) place[axis] = left % input.Grid[axis];
        return string.Create(
            CultureInfo.InvariantCulture,
            $", most at token {string.Join(", ", place)} of {string.Join(" x ", input.Grid)}: {peak:F1} times the mean of its tokens");
    }
}

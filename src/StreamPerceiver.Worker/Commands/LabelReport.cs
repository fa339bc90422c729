using System.Globalization;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;

namespace StreamPerceiver.Worker.Commands;

/// <summary>What <c>model run</c> prints of the labelled outputs: the likeliest labels of each row, or the values of a regression.</summary>
internal static class LabelReport
{
    private const int MostLabels = 5;

    /// <summary>Makes a line for each labelled output and row.</summary>
    /// <param name="config">The model.</param>
    /// <param name="arrays">The outputs, each (B, labels), under the names of <see cref="NamedArrays"/>.</param>
    public static IEnumerable<string> Lines(PerceiverConfig config, IReadOnlyDictionary<string, NpyArray> arrays)
    {
        foreach ((string name, OutputConfig output) in config.Outputs)
        {
            if (output is not LabelledOutput labelled) continue;
            float[][] rows = [.. arrays[NamedArrays.OutputName(config, name)].ToFloats().Chunk(labelled.Labels.Count)];
            for (int row = 0; row < rows.Length; row++) yield return $"{name}, row {row}: {Text(labelled, rows[row])}";
        }
    }

    private static string Text(LabelledOutput output, float[] logits)
    {
        int count = Math.Min(MostLabels, logits.Length);
        if (Array.Exists(logits, logit => !float.IsFinite(logit))) return "not finite";
        return output.Reading switch
        {
            ProblemType.Regression => $"values: {List(output, logits.Take(count).Select((value, i) => new LabelScore(i, value)))}",
            ProblemType.MultiLabelClassification => $"sigmoid: {List(output, LabelScore.TopOfEach(logits, count))}",
            _ => $"softmax: {List(output, LabelScore.Top(logits, count))}",
        };
    }

    private static string List(LabelledOutput output, IEnumerable<LabelScore> scores)
        => string.Join(", ", scores.Select(s => string.Create(CultureInfo.InvariantCulture, $"{output.Labels[s.Index]} {s.Score:0.####}")));
}

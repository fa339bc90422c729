using System.Text.Json.Nodes;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>
/// Writes what a model answers to each window, a line of JSON each. Entity and start tell which window it is, so the lines can be compared with predictions.
/// </summary>
public static class WindowLines
{
    /// <summary>Writes the lines of windows, in their order. A window without a label has the truth null.</summary>
    /// <param name="to">Where they are written.</param>
    /// <param name="model">The model.</param>
    /// <param name="reader">Reads the windows.</param>
    /// <param name="rows">The rows of the windows.</param>
    /// <param name="examples">The windows with a label.</param>
    /// <param name="scorers">The outputs.</param>
    public static void Write(
        TextWriter to, PerceiverModel model, BatchReader reader, IReadOnlyList<int> rows, IEnumerable<Example> examples, IReadOnlyList<OutputScorer> scorers)
    {
        Dictionary<int, Example> labelled = examples.ToDictionary(e => e.Row);
        foreach ((int row, IReadOnlyDictionary<string, float[]> answers) in rows.Zip(Answers.OfEach(model, reader, rows, [.. scorers.Select(s => s.Output)])))
        {
            StoredWindow window = reader.Store.Windows[row];
            var outputs = new JsonObject();
            foreach (OutputScorer scorer in scorers)
            {
                float[] answer = answers[scorer.Output];
                var output = new JsonObject
                {
                    ["truth"] = labelled.GetValueOrDefault(row)?.Targets.GetValueOrDefault(scorer.Output) is { } target ? scorer.Truth(target) : null,
                    ["answer"] = scorer.Answer(answer),
                };
                if (scorer.Probabilities(answer) is { } probabilities) output["probabilities"] = probabilities;
                outputs[scorer.Output] = output;
            }

            to.WriteLine(new JsonObject
            {
                ["entity"] = window.Entity,
                ["start"] = $"{window.Start}",
                ["end"] = $"{window.End}",
                ["inputs"] = new JsonArray([.. reader.Store.Inputs.Where((_, i) => window.Present[i]).Select(i => (JsonNode)i.Name)]),
                ["outputs"] = outputs,
            }.ToJsonString());
        }
    }
}

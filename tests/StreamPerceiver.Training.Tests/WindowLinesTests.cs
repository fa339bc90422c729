using System.Text.Json;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training.Tests;

/// <summary>The answers of a model, a line for each window.</summary>
public sealed class WindowLinesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lines-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_line_has_the_window_its_truth_and_probabilities_at_full_precision()
    {
        using WindowStore store = Some.Store(_folder);
        Example[] examples = Some.Examples(store, 20);
        var reader = new BatchReader(store, Some.Config(), scales: false);
        using var model = new PerceiverModel(Some.Config(), WeightRecipe.Make(Some.Config()));
        using var text = new StringWriter();

        OutputScorer scorer = OutputScorer.For(Some.Output, Some.Config().Outputs[Some.Output]);
        WindowLines.Write(text, model, reader, [.. Enumerable.Range(0, 20)], examples.Where(e => e.Row != 3), [scorer]);

        string[] lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(20);
        using JsonDocument line = JsonDocument.Parse(lines[17]), without = JsonDocument.Parse(lines[3]);
        line.RootElement.GetProperty("entity").GetString().ShouldBe(Some.Entity);
        line.RootElement.GetProperty("start").GetString().ShouldBe($"{Some.At(17)}");
        line.RootElement.GetProperty("inputs")[0].GetString().ShouldBe(Some.Series);
        JsonElement output = line.RootElement.GetProperty("outputs").GetProperty(Some.Output);
        double[] expected = LabelScore.Softmax(Answers.Of(model, reader, [17], Some.Output)[0]);
        output.GetProperty("truth").GetString().ShouldBe("high");
        output.GetProperty("answer").GetString().ShouldBe(expected[0] >= expected[1] ? "low" : "high");
        output.GetProperty("probabilities").GetProperty("high").GetDouble().ShouldBe(expected[1], 1e-6);
        without.RootElement.GetProperty("outputs").GetProperty(Some.Output).GetProperty("truth").ValueKind.ShouldBe(JsonValueKind.Null);
    }
}

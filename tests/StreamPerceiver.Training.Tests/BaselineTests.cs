using StreamPerceiver.Model;

namespace StreamPerceiver.Training.Tests;

/// <summary>Simple models beside a network.</summary>
public sealed class BaselineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("baselines-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Chance_is_the_most_frequent_label_and_the_others_tell_levels_apart()
    {
        using WindowStore store = Some.Store(_folder);
        Example[] examples = Some.Examples(store, 80);
        Example[] training = [.. examples[..40].Where((_, i) => i % 2 == 1 || i < 20)]; // 10 low and 20 high

        IReadOnlyList<BaselineFigure> figures = new BaselineModels(new BatchReader(store, Some.Config(), scales: false), Some.Config(), training)
            .Of(OutputScorer.For(Some.Output, Some.Config().Outputs[Some.Output]), examples[40..60]);

        figures.Select(f => f.Name).ShouldBe(["chance", "nearest mean", "linear"]);
        figures[0].Value.ShouldBe(0.5);
        figures[0].Loss!.Value.ShouldBe(-(Math.Log(1 / 3.0) + Math.Log(2 / 3.0)) / 2, 1e-5);
        figures[1].Value.ShouldBe(1);
        figures[2].Value.ShouldBe(1);
        figures[2].Loss!.Value.ShouldBeLessThan(0.2);
    }

    [Fact]
    public void A_linear_model_of_values_learns_them_in_their_units()
    {
        using WindowStore store = Some.Store(_folder);
        Some.Examples(store, 80);
        Example[] examples = [.. Enumerable.Range(0, 80).Select(i => new Example(i, new Dictionary<string, float[]> { ["load"] = [1000 + (i % 2 * 50)] }))];
        OutputScorer scorer = OutputScorer.For("load", new ValuesOutput { Values = 1, Channels = 8 });

        IReadOnlyList<BaselineFigure> figures =
            new BaselineModels(new BatchReader(store, Some.Config(), scales: false), Some.Config(), examples[..60]).Of(scorer, examples[60..]);

        figures.Select(f => f.Name).ShouldBe(["chance", "linear"]);
        figures[0].Value.ShouldBe(25, 1e-3);
        figures[1].Value.ShouldBeLessThan(12);
    }

    [Fact]
    public void Masked_steps_are_zeros_and_each_number_has_the_mean_zero_and_the_deviation_one()
    {
        using WindowStore store = Some.Store(_folder);
        Some.Examples(store, 10);
        var features = new TokenFeatures(new BatchReader(store, Some.Config(), scales: false), Some.Config(), [.. Enumerable.Range(0, 10)]);

        float[][] rows = [.. features.Read([.. Enumerable.Range(0, 10)]).Chunk(features.Count)];

        features.Count.ShouldBe(12);
        rows.Average(r => r[3]).ShouldBe(0, 1e-5);
        rows.Average(r => r[3] * r[3]).ShouldBe(1, 1e-4);
        rows.ShouldAllBe(r => r[10] == 0 && r[11] == 0); // the last step is masked
    }

    [Fact]
    public void Too_many_numbers_are_refused_with_how_many_there_are()
    {
        using var store = new WindowStore(_folder, [(Some.Series, 6, 2)]);
        var example = new Example(0, new Dictionary<string, float[]> { ["large"] = new float[5_000_000] });

        Should.Throw<TrainingException>(() => new BaselineModels(new BatchReader(store, Some.Config(), scales: false), Some.Config(), [example]))
            .Message.ShouldBe("baselines: 12 numbers of a window for 5000000 of an output are 60000000 weights, expected at most 50000000");
    }
}

using System.Text.Json;
using Json.Schema;
using StreamPerceiver.Model;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Training.Tests;

/// <summary>Reports of models.</summary>
public sealed class EvaluatorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("report-").FullName;
    private readonly WindowStore _store;
    private readonly PerceiverConfig _config = Some.Config() with
    {
        Outputs = new Dictionary<string, OutputConfig>
        {
            ["faults"] = new ClassificationOutput { Labels = ["a", "b"], Channels = 8, ProblemType = ProblemType.MultiLabelClassification },
            ["level"] = new ValuesOutput { Values = 1, Channels = 8 },
            [Some.Output] = new ClassificationOutput { Labels = ["low", "high"], Channels = 8 },
        },
    };

    private readonly Example[] _examples;

    public EvaluatorTests()
    {
        _store = Some.Store(_folder);
        _examples =
        [
            .. Some.Examples(_store, 24).Select((e, i) => new Example(i, new Dictionary<string, float[]>
            {
                ["faults"] = [i % 2, 1], ["level"] = [i % 2], [Some.Output] = e.Targets[Some.Output],
            })),
        ];
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_report_of_every_kind_of_output_fits_its_schema_and_is_the_same_each_time()
    {
        EvaluationReport report = Report();
        JsonElement json = JsonSerializer.Deserialize<JsonElement>(report.ToJson());
        JsonSchema schema = JsonSchema.FromText(File.ReadAllText(RepositoryRoot.Path("pipelines", "report.schema.json")));

        schema.Evaluate(json).IsValid.ShouldBeTrue(report.ToJson());
        Report().ToJson().ShouldBe(report.ToJson());
        json.GetProperty("outputs").EnumerateArray().Select(o => o.GetProperty("kind").GetString()).ShouldBe(["labels", "values", "label"]);
    }

    [Fact]
    public void The_figures_of_a_report_are_those_of_the_answers()
    {
        using PerceiverModel model = Model();
        int[] answers = [.. Answers.Of(model, Reader, [.. Enumerable.Range(0, 24)], Some.Output).Select(a => a[0] >= a[1] ? 0 : 1)];
        int right = answers.Where((a, i) => a == i % 2).Count();

        OutputReport output = Report().Outputs[2];

        output.Value.ShouldBe(right / 24.0, 1e-12);
        output.Confusion!.Sum(c => c.Windows).ShouldBe(24);
        output.Confusion!.Where(c => c.Truth == c.Answer).Sum(c => c.Windows).ShouldBe(right);
        output.Labels![1].Windows.ShouldBe(12);
        output.Labels![1].Answered.ShouldBe(answers.Sum());
        output.Worst.Select(w => w.Loss).ShouldBeInOrder(SortDirection.Descending);
        output.Worst[0].Answer.GetValue<string>().ShouldNotBe(output.Worst[0].Truth.GetValue<string>());
        output.Present.Single().Inputs.ShouldBe([Some.Series]);
    }

    [Fact]
    public void An_input_that_is_masked_is_not_there_for_the_model()
    {
        using PerceiverModel model = Model();
        float[][] masked = [.. Answers.Of(model, Reader, [0, 1, 2], Some.Output, Some.Series)];

        masked[1].ShouldBe(masked[0]);
        Answers.Of(model, Reader, [1], Some.Output)[0].ShouldNotBe(masked[1]);
    }

    [Fact]
    public void A_model_compared_with_itself_differs_in_no_window()
    {
        using PerceiverModel model = Model();
        OutputScorer scorer = OutputScorer.For(Some.Output, _config.Outputs[Some.Output]);
        var evaluator = new Evaluator(Reader, _examples, [scorer]);

        ModelComparison same = ModelComparison.Of(scorer.Kind, ("other", "pipeline"), evaluator.Scores(model, scorer), evaluator.Scores(model, scorer));

        same.Windows.ShouldBe(24);
        same.Difference.ShouldBe(0);
        same.Interval.ShouldBe([0, 0]);
        same.McNemarP.ShouldBe(1);
        same.RightHere!.ShouldBeEmpty();
    }

    private BatchReader Reader => new(_store, _config, scales: false);

    private PerceiverModel Model() => new(_config, WeightRecipe.Make(_config));

    private EvaluationReport Report()
    {
        using PerceiverModel model = Model();
        OutputScorer[] scorers = [.. _config.Outputs.Select(o => OutputScorer.For(o.Key, o.Value))];
        var evaluator = new Evaluator(Reader, _examples, scorers);
        var baselines = new BaselineModels(Reader, _config, _examples);
        return evaluator.Report("pipeline", "model", model).With(scorers, (output, scorer) => output with
        {
            Baselines = baselines.Of(scorer, _examples),
            Against = ModelComparison.Of(scorer.Kind, ("model", "pipeline"), evaluator.Scores(model, scorer), evaluator.Scores(model, scorer)),
        });
    }
}

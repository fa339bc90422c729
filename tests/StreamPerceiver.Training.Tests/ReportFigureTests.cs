namespace StreamPerceiver.Training.Tests;

/// <summary>Figures of a report against numbers that were computed by hand.</summary>
public sealed class ReportFigureTests
{
    [Fact]
    public void Labels_have_precision_and_recall_and_none_where_there_is_nothing_to_divide_by()
    {
        ScoredWindow[] windows = [Window([2, 0, 0], 0), Window([2, 0, 0], 1), Window([0, 2, 0], 1), Window([0, 2, 0], 1)];

        IReadOnlyList<LabelFigures> labels = OutputFigures.LabelsOf(new LabelScorer("state", ["a", "b", "c"]), windows)!;

        labels[0].Precision.ShouldBe(0.5);
        labels[0].Recall.ShouldBe(1);
        labels[1].Precision.ShouldBe(1);
        labels[1].Recall!.Value.ShouldBe(2 / 3.0, 1e-12);
        labels[1].F1!.Value.ShouldBe(0.8, 1e-12);
        labels[2].ShouldBe(new LabelFigures("c", 0, 0, 0));
        labels[2].Precision.ShouldBeNull();
        labels[2].Recall.ShouldBeNull();
        OutputFigures.ConfusionOf(new LabelScorer("state", ["a", "b", "c"]), windows)!
            .ShouldBe([new ConfusionCell("a", "a", 1), new ConfusionCell("b", "a", 1), new ConfusionCell("b", "b", 2)]);
    }

    [Fact]
    public void The_calibration_error_is_the_weighted_distance_of_confidence_and_accuracy()
    {
        var calibration = Calibration.Of([(0.9, true), (0.9, true), (0.9, false), (0.3, false), (1, true)]);

        calibration.Bins.Select(b => b.Statements).ShouldBe([1, 3, 1]);
        calibration.Bins[1].Confidence.ShouldBe(0.9, 1e-12);
        calibration.Bins[1].Accuracy.ShouldBe(2 / 3.0, 1e-12);
        calibration.Error.ShouldBe((0.3 + (3 * (0.9 - (2 / 3.0)))) / 5, 1e-12);
    }

    [Fact]
    public void Values_have_errors_in_their_units_and_the_share_of_the_variance()
    {
        ScoredWindow[] windows = [new(0, [1, 5], [0, 5]), new(1, [2, 5], [4, 5])];

        IReadOnlyList<ValueFigures> values = OutputFigures.ValuesOf(new ValuesScorer("load", 1, ["x", "y"]), windows)!;

        values[0].ShouldBe(new ValueFigures("x", 1.5, Math.Sqrt(2.5), 1 - (5 / 8.0)));
        values[1].ShouldBe(new ValueFigures("y", 0, 0, null));
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, 6, 0.125)]
    [InlineData(6, 1, 0.125)]
    [InlineData(0, 10, 2.0 / 1024)]
    [InlineData(3, 3, 1)]
    public void McNemars_p_is_that_of_a_binomial_test(int one, int other, double p) => ModelComparison.McNemar(one, other).ShouldBe(p, 1e-12);

    [Fact]
    public void McNemars_p_of_many_windows_is_a_number() => ModelComparison.McNemar(5000, 5100).ShouldBeInRange(0.3, 0.35);

    [Fact]
    public void The_interval_of_a_difference_draws_entities_where_there_are_five()
    {
        ModelComparison few = Compare(entities: 4, windows: 50), many = Compare(entities: 10, windows: 50);

        few.Drawn.ShouldBe("windows");
        many.Drawn.ShouldBe("entities");
        many.Difference.ShouldBe(0.4, 1e-12);
        many.Interval[0].ShouldBeInRange(0, 0.2);
        many.Interval[1].ShouldBeInRange(0.6, 0.9);
        few.Interval[0].ShouldBeInRange(0.3, 0.5); // 200 windows that are drawn by themselves are surer than 4 entities
        many.RightHere!.Count.ShouldBe(200);
        Compare(entities: 10, windows: 50).Interval.ShouldBe(many.Interval);
    }

    [Fact]
    public void Models_without_a_window_in_common_are_not_compared()
    {
        var here = new Dictionary<ComparedWindow, double> { [new("a", "1", "2")] = 1 };
        var there = new Dictionary<ComparedWindow, double> { [new("a", "1", "3")] = 1 };

        Should.Throw<TrainingException>(() => ModelComparison.Of("label", ("other", "pipeline"), here, there)).Message
            .ShouldBe("other: its 1 windows have none of the same entity and time as the 1 of this model, expected some");
        there[new("a", "1", "2")] = 0;
        ModelComparison.Of("label", ("other", "pipeline"), here, there).Unmatched.ShouldBe(1);
    }

    // The first model is right everywhere, the other one in six of ten entities, or in one of two.
    private static ModelComparison Compare(int entities, int windows)
    {
        int right = entities == 10 ? 6 : entities / 2;
        ComparedWindow[] all = [.. Enumerable.Range(0, entities * windows).Select(i => new ComparedWindow($"e{i / windows}", $"{i}", $"{i + 1}"))];
        return ModelComparison.Of(
            "label", ("other", "pipeline"), all.ToDictionary(w => w, _ => 1.0),
            all.Index().ToDictionary(w => w.Item, w => w.Index / windows < right ? 1.0 : 0));
    }

    private static ScoredWindow Window(float[] answer, int truth) => new(0, answer, [.. Enumerable.Range(0, 3).Select(k => k == truth ? 1f : 0f)]);
}

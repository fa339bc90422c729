using StreamPerceiver.Model;

namespace StreamPerceiver.Training.Tests;

/// <summary>Which label a window has.</summary>
public sealed class LabellerTests
{
    private static readonly OutputConfig States = Some.Config().Outputs[Some.Output];

    [Fact]
    public void A_window_has_the_label_that_covers_it_and_each_other_one_is_counted()
    {
        var labeller = Labeller(States, [Some.Label(0, 4, "low"), Some.Label(4, 8, "high"), Some.Label(0, 9, "low", "another")]);

        labeller.Find(Some.Stored(1, 3)).ShouldBe([1, 0]);
        labeller.Find(Some.Stored(4, 6)).ShouldBe([0, 1]);
        labeller.Find(Some.Stored(3, 5)).ShouldBeNull();
        labeller.Find(Some.Stored(7, 9)).ShouldBeNull();
        labeller.Find(Some.Stored(9, 11)).ShouldBeNull();

        (labeller.Labelled, labeller.Straddling, labeller.Unlabelled).ShouldBe((2, 2, 1));
        labeller.Unused.ShouldBe([Some.Label(0, 9, "low", "another")]);
    }

    [Fact]
    public void A_state_that_is_told_again_is_one_label()
    {
        Labeller labeller = Labeller(States, [Some.Label(0, 1, "low"), Some.Label(1, 2, "low"), Some.Label(1.5, 3, "low"), Some.Label(3.5, 9, "low")]);

        labeller.Find(Some.Stored(0.5, 2.5)).ShouldBe([1, 0]);
        labeller.Find(Some.Stored(2, 4)).ShouldBeNull();
    }

    [Fact]
    public void A_long_label_is_found_among_short_ones()
    {
        LabelInterval[] labels = [Some.Label(0, 1000, "low"), .. Enumerable.Range(0, 100).Select(i => Some.Label(i, i + 0.1, "high"))];

        Labeller(States, labels, leastShare: 0.9).Find(Some.Stored(97.5, 98.5)).ShouldBe([1, 0]);
    }

    [Fact]
    public void A_smaller_share_may_be_enough()
    {
        var labeller = Labeller(States, [Some.Label(0, 4, "low"), Some.Label(4, 8, "high")], leastShare: 0.75);

        labeller.Find(Some.Stored(2.5, 4.5)).ShouldBe([1, 0]);
        labeller.Find(Some.Stored(3, 5)).ShouldBeNull();
    }

    [Fact]
    public void Labels_that_are_right_or_wrong_by_themselves_add_up()
    {
        var several = new ClassificationOutput { Labels = ["low", "high"], Channels = 8, ProblemType = ProblemType.MultiLabelClassification };
        LabelInterval[] both = [Some.Label(0, 4, "low"), Some.Label(0, 4, "high")];

        Labeller(several, both).Find(Some.Stored(1, 3)).ShouldBe([1, 1]);
        Should.Throw<TrainingException>(() => Labeller(States, both).Find(Some.Stored(1, 3)))
            .Message.ShouldContain("has the labels high, low, expected one");
    }

    [Fact]
    public void Numbers_are_the_target_of_values()
    {
        var values = new ValuesOutput { Queries = 2, Values = 1, Channels = 8 };

        Labeller(values, [Some.Label(0, 4, "1.5 -2")]).Find(Some.Stored(1, 3)).ShouldBe([1.5f, -2]);
        (values with { Mean = [1], Deviation = [0.5] }).ShouldSatisfyAllConditions(
            scaled => Labeller(scaled, [Some.Label(0, 4, "1.5 -2")]).Find(Some.Stored(1, 3)).ShouldBe([1, -6]));
        Should.Throw<TrainingException>(() => Labeller(values, [Some.Label(0, 4, "1.5")]).Find(Some.Stored(1, 3)))
            .Message.ShouldBe("output state: '1.5' has 1 numbers, expected 2");
    }

    [Fact]
    public void A_label_that_the_output_does_not_have_is_refused()
        => Should.Throw<TrainingException>(() => Labeller(States, [Some.Label(0, 4, "medium")]).Find(Some.Stored(1, 3)))
            .Message.ShouldBe("output state: the label 'medium' is not one of low, high");

    private static Labeller Labeller(OutputConfig config, LabelInterval[] labels, double leastShare = 1)
    {
        var labeller = new Labeller(Some.Output, config, leastShare);
        labeller.Add(labels);
        return labeller;
    }
}

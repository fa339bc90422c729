using System.Text.Json.Nodes;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training.Tests;

/// <summary>How answers of each kind of output are compared with the truth.</summary>
public sealed class OutputScorerTests
{
    [Fact]
    public void Of_one_right_label_the_likeliest_is_the_answer()
    {
        OutputScorer scorer = OutputScorer.For("state", new ClassificationOutput { Labels = ["a", "b", "c"], Channels = 4 });

        scorer.Score([0, 2, 1], [0, 1, 0]).ShouldBe(1);
        scorer.Score([0, 2, 1], [0, 0, 1]).ShouldBe(0);
        scorer.Summarise([[0, 2, 1], [0, 2, 1]], [[0, 1, 0], [0, 0, 1]]).ShouldBe(0.5);
        scorer.Loss([0, 0, 0], [0, 0, 1]).ShouldBe(Math.Log(3), 1e-12);
        scorer.Answer([0, 2, 1]).GetValue<string>().ShouldBe("b");
        scorer.Truth([0, 0, 1]).GetValue<string>().ShouldBe("c");
        scorer.Probabilities([0, 0, 0])!.Select(p => (p.Key, p.Value!.GetValue<double>())).ShouldBe([("a", 1 / 3.0), ("b", 1 / 3.0), ("c", 1 / 3.0)]);
    }

    [Fact]
    public void Of_several_labels_each_is_answered_by_itself()
    {
        OutputScorer scorer = OutputScorer.For(
            "faults", new ClassificationOutput { Labels = ["a", "b"], Channels = 4, ProblemType = ProblemType.MultiLabelClassification });

        // Of three labels that are there, two are answered, and one more.
        scorer.Summarise([[1, -1], [1, 1]], [[1, 1], [1, 0]]).ShouldBe(2 * 2.0 / (3 + 3));
        scorer.Score([1, -1], [1, 0]).ShouldBe(1);
        scorer.Score([1, 1], [1, 0]).ShouldBe(0);
        scorer.Loss([0, 0], [1, 0]).ShouldBe(Math.Log(2), 1e-12);
        scorer.Loss([-1000, 0], [1, 0]).ShouldBe((1000 + Math.Log(2)) / 2, 1e-9);
        scorer.Answer([1, -1]).ToJsonString().ShouldBe("[\"a\"]");
        scorer.Probabilities([0, -1000])!.Select(p => p.Value!.GetValue<double>()).ShouldBe([0.5, 0]);
    }

    [Fact]
    public void Values_are_compared_in_their_units()
    {
        OutputScorer scorer = OutputScorer.For(
            "load", new ValuesOutput { Values = 2, Channels = 4, Names = ["kW", "rpm"], Mean = [10, 1000], Deviation = [2, 100] });

        // Errors are 2 kW and 100 rpm.
        scorer.Score([1, 0], [0, 1]).ShouldBe(51);
        scorer.Summarise([[1, 0]], [[0, 1]]).ShouldBe(Math.Sqrt((4 + 10_000) / 2.0), 1e-9);
        JsonNode answer = scorer.Answer([1, 0]);
        answer.AsArray().Select(n => n!.GetValue<double>()).ShouldBe([12, 1000]);
        scorer.Probabilities([1, 0]).ShouldBeNull();
    }

    [Fact]
    public void An_output_that_labels_cannot_train_is_refused()
        => Should.Throw<TrainingException>(() => OutputScorer.For("sound", new AudioOutput { Patches = 2, MaxResolution = 4 }))
            .Message.ShouldBe("output sound: is a AudioOutput, which is not evaluated, expected a classification or values");
}

using FsCheck.Fluent;
using StreamPerceiver.Infer;
using StreamPerceiver.Interpret;
using StreamPerceiver.Outputs;
using StreamPerceiver.Outputs.Labels;
using StreamPerceiver.Tests.Decode;
using StreamPerceiver.Tests.Tokenise;

namespace StreamPerceiver.Tests.Interpret;

public sealed class InterpreterTests
{
    private static readonly ModelIdentity Model = new("machine-activity", "0123456789ab");

    [Fact]
    public void Probabilities_are_the_softmax_of_the_logits()
    {
        // e^0, e^ln 2, e^ln 5 are 1, 2 and 5 of 8.
        IReadOnlyList<(string Label, float Probability)> labels = Labels(topK: 3, 0f, MathF.Log(2), MathF.Log(5));

        labels.Select(l => l.Label).ShouldBe(["c", "b", "a"]);
        labels[0].Probability.ShouldBe(0.625f, 1e-6f);
        labels[1].Probability.ShouldBe(0.25f, 1e-6f);
        labels[2].Probability.ShouldBe(0.125f, 1e-6f);
    }

    [Fact]
    public void Only_as_many_labels_as_wanted_are_given_and_keep_their_probability_among_all()
    {
        Labels(topK: 1, 0f, MathF.Log(2), MathF.Log(5)).ShouldHaveSingleItem().Probability.ShouldBe(0.625f, 1e-6f);
        Labels(topK: 2, 0f, MathF.Log(2), MathF.Log(5)).Select(l => l.Label).ShouldBe(["c", "b"]);
    }

    [Fact]
    public void Equal_probabilities_keep_the_labels_order()
    {
        Labels(topK: 4, 1f, 1f, 1f, 1f).Select(l => l.Label).ShouldBe(["a", "b", "c", "d"]);
        Labels(topK: 3, 0f, 2f, 0f, 2f).Select(l => l.Label).ShouldBe(["b", "d", "a"]);
    }

    [Fact]
    public void Independent_labels_have_a_probability_each_and_a_single_one_is_not_always_right()
    {
        LabelsReading reading = new LabelsOutput("topics", 2)
            .Read(new LabelsShape(["a", "b", "c"], AreIndependent: true), [0, MathF.Log(9), MathF.Log(4)], Windows.Header)
            .ShouldBeOfType<LabelsReading>();

        reading.Labels.Select(l => l.Label).ShouldBe(["b", "c"]);
        reading.Labels.Select(l => l.Probability).ShouldBe([0.9f, 0.8f], 1e-6f);
        new LabelsOutput("toxic", 1).Read(new LabelsShape(["toxic"], AreIndependent: true), [-MathF.Log(4)], Windows.Header)
            .ShouldBeOfType<LabelsReading>().Labels.Single().Probability.ShouldBe(0.2f, 1e-6f);
    }

    [Fact]
    public void Huge_logits_do_not_overflow()
    {
        Labels(topK: 2, 3e38f, -3e38f).ShouldBe([("a", 1f), ("b", 0f)]);
        Labels(topK: 2, -3e38f, -3e38f).ShouldBe([("a", 0.5f), ("b", 0.5f)]);
    }

    [Fact]
    public void All_probabilities_together_are_one_and_none_is_out_of_order() => Prop.ForAll(
        Gen.ArrayOf(Gen.Choose(-30_000, 30_000)).Where(l => l.Length > 0).ToArbitrary(),
        logits =>
        {
            float[] given = [.. Labels(logits.Length, [.. logits.Select(l => l / 1000f)]).Select(l => l.Probability)];
            return given.Length == logits.Length && Math.Abs(given.Sum(p => (double)p) - 1) < 1e-5 && given.SequenceEqual(given.OrderDescending());
        }).Holds();

    [Fact]
    public void Only_the_outputs_that_are_published_come_in_their_order()
    {
        OutputQuestion[] questions = [new("Wear", new LabelsShape(["low", "high"])), new("state", new LabelsShape(["on", "off"]))];
        var logits = new Dictionary<string, float[]> { ["unwanted"] = [1], ["state"] = [1, 2], ["Wear"] = [2, 1] };
        var interpreter = new Interpreter("p", Model, [new LabelsOutput("Wear", 2), new LabelsOutput("state", 1)], questions);

        Prediction prediction = interpreter.Interpret(new ModelOutput(Windows.Header, logits));

        prediction.Outputs.Select(o => o.Name).ShouldBe(["Wear", "state"]);
        ((LabelsReading)prediction.Outputs[0]).Labels.Select(l => l.Label).ShouldBe(["low", "high"]);
        ((LabelsReading)prediction.Outputs[1]).Labels.Select(l => l.Label).ShouldBe(["off"]);
    }

    [Fact]
    public void A_prediction_says_which_pipeline_window_and_weights_it_is_of()
    {
        var interpreter = new Interpreter("machine-activity", Model, [], []);

        Prediction prediction = interpreter.Interpret(new ModelOutput(Windows.Header, new Dictionary<string, float[]>()));

        (prediction.Pipeline, prediction.Header, prediction.Model).ShouldBe(("machine-activity", Windows.Header, Model));
        prediction.Id.ShouldBe("machine-activity/press-7/2000000000");
    }

    private static IReadOnlyList<(string Label, float Probability)> Labels(int topK, params float[] logits)
    {
        var shape = new LabelsShape([.. Enumerable.Range(0, logits.Length).Select(i => $"{(char)('a' + i)}")]);
        return new Interpreter("p", Model, [new LabelsOutput("activity", topK)], [new("activity", shape)])
            .Interpret(new ModelOutput(Windows.Header, new Dictionary<string, float[]> { ["activity"] = logits }))
            .Outputs.ShouldHaveSingleItem().ShouldBeOfType<LabelsReading>().Labels;
    }
}

namespace StreamPerceiver.Model.Tests;

/// <summary>How the logits of a classifier are read: by problem_type, as in Hugging Face's pipelines.</summary>
public sealed class ProblemTypeTests
{
    [Theory]
    [InlineData("", 3, ProblemType.SingleLabelClassification)]
    [InlineData("", 1, ProblemType.MultiLabelClassification)]
    [InlineData("\"problem_type\": null,", 3, ProblemType.SingleLabelClassification)]
    [InlineData("\"problem_type\": null,", 1, ProblemType.MultiLabelClassification)]
    [InlineData("\"problem_type\": \"single_label_classification\",", 3, ProblemType.SingleLabelClassification)]
    [InlineData("\"problem_type\": \"single_label_classification\",", 1, ProblemType.MultiLabelClassification)]
    [InlineData("\"problem_type\": \"multi_label_classification\",", 3, ProblemType.MultiLabelClassification)]
    [InlineData("\"problem_type\": \"regression\",", 3, ProblemType.Regression)]
    [InlineData("\"problem_type\": \"regression\",", 1, ProblemType.Regression)]
    public void The_problem_type_decides_and_a_single_label_has_no_softmax(string key, int labels, ProblemType expected)
    {
        PerceiverConfig config = ConfigFile.Parse(Classifier(key, labels), "x");

        LabelledOutput written = Label(ConfigFile.Parse(ConfigFile.Format(config), "written"));

        Label(config).Reading.ShouldBe(expected);
        (written.ProblemType, written.Reading).ShouldBe((Label(config).ProblemType, expected));
    }

    [Fact]
    public void A_problem_type_that_is_none_is_refused_with_those_that_are() =>
        Should.Throw<ConfigException>(() => ConfigFile.Parse(Classifier("\"problem_type\": \"ranking\",", 3), "x")).Problems.ShouldBe(
            ["problem_type is \"ranking\", expected \"single_label_classification\" or \"multi_label_classification\" or \"regression\""]);

    [Theory]
    [InlineData("classification")]
    [InlineData("mean")]
    public void Outputs_of_our_own_may_have_independent_labels_too(string type)
    {
        PerceiverConfig config = ConfigFile.Parse(Own(type, "multi_label_classification"), "x");

        PerceiverConfig written = ConfigFile.Parse(ConfigFile.Format(config), "written");

        ((LabelledOutput)written.Outputs["a"]).Reading.ShouldBe(ProblemType.MultiLabelClassification);
        ((LabelledOutput)written.Outputs["b"]).Reading.ShouldBe(ProblemType.SingleLabelClassification);
        Should.Throw<ConfigException>(() => ConfigFile.Parse(Own(type, "regression"), "x")).Problems.ShouldBe(
            ["outputs.a.problem_type is \"regression\", expected \"single_label_classification\" or \"multi_label_classification\""]);
    }

    private static LabelledOutput Label(PerceiverConfig config) => (LabelledOutput)config.Outputs["label"];

    private static string Classifier(string key, int labels) =>
        $$"""
        { "architectures": ["PerceiverForSequenceClassification"], {{key}} "num_labels": {{labels}}, "num_latents": 4, "d_latents": 16, "d_model": 8 }
        """;

    private static string Own(string type, string problem) =>
        $$"""
        {
          "model_type": "stream_perceiver", "d_latents": 16, "num_cross_attention_heads": 1,
          "inputs": { "imu": { "type": "series", "steps": 3, "channels": 8 } },
          "outputs": {
            "a": { "type": "{{type}}", "labels": ["x", "y"], "problem_type": "{{problem}}" },
            "b": { "type": "{{type}}", "labels": ["x", "y"] }
          }
        }
        """;
}

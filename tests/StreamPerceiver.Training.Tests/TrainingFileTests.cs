using System.Text.Json.Nodes;

namespace StreamPerceiver.Training.Tests;

/// <summary>What a trained model says of its training.</summary>
public sealed class TrainingFileTests : IDisposable
{
    private static readonly TrainingSummary Summary = new(
        "blowers", 2000, 500, new TrainingRecipe { Rate = 0.002 }.ToJson(), 7,
        new Dictionary<string, IReadOnlyList<string>> { ["state"] = ["low", "high"] }, new WindowSet(30, 3, "ab12"), new WindowSet(10, 1, "cd34"))
    {
        Steps = 40,
        BestStep = 20,
        Loss = 0.25,
        Accuracies = new Dictionary<string, double> { ["state"] = 0.9 },
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("training-file-").FullName;

    private string File => Path.Combine(_folder, TrainingFile.Name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_written_is_read_back_and_writes_the_same_bytes()
    {
        TrainingFile.Write(_folder, Summary);
        byte[] first = System.IO.File.ReadAllBytes(File);

        TrainingSummary read = TrainingFile.Read(_folder)!;
        TrainingFile.Write(_folder, read);

        System.IO.File.ReadAllBytes(File).ShouldBe(first);
        (read.Pipeline, read.WindowMs, read.HopMs, read.Seed, read.Steps, read.BestStep, read.Loss).ShouldBe(("blowers", 2000, 500, 7, 40, 20, 0.25));
        (read.Training, read.Validation).ShouldBe((Summary.Training, Summary.Validation));
        read.Labels["state"].ShouldBe(["low", "high"]);
        read.Accuracies["state"].ShouldBe(0.9);
        read.Recipe["rate"]!.GetValue<double>().ShouldBe(0.002);
    }

    [Fact]
    public void A_model_without_the_file_was_not_trained_here() => TrainingFile.Read(_folder).ShouldBeNull();

    [Theory]
    [InlineData("steps", "\"many\"", "steps is \"many\", expected a whole number")]
    [InlineData("loss", "\"NaN\"", "loss is \"NaN\", expected a number")]
    [InlineData("format", "2", "format is 2, expected 1")]
    [InlineData("recipe", "[]", "recipe is [], expected an object")]
    [InlineData("training", """{ "windows": 1, "entities": 1 }""", "training.hash is missing, expected a text")]
    [InlineData("labels", """{ "state": [1] }""", "labels.state is [1], expected a list of texts")]
    [InlineData("accuracies", """{ "state": null }""", "accuracies.state is null, expected a number")]
    [InlineData("author", "\"someone\"", "author is not a known key, expected one of ")]
    public void A_damaged_key_is_named_with_its_file(string key, string value, string problem)
    {
        TrainingFile.Write(_folder, Summary);
        JsonNode json = JsonNode.Parse(System.IO.File.ReadAllText(File))!;
        json[key] = JsonNode.Parse(value);
        System.IO.File.WriteAllText(File, json.ToJsonString());

        Should.Throw<TrainingException>(() => TrainingFile.Read(_folder)).Message.ShouldStartWith($"{File}: {problem}");
    }

    [Theory]
    [InlineData("{", "not JSON: ")]
    [InlineData("[]", "$ is [], expected an object")]
    [InlineData("{}", "format is missing, expected a whole number")]
    public void A_file_of_another_kind_is_named(string content, string problem)
    {
        System.IO.File.WriteAllText(File, content);

        Should.Throw<TrainingException>(() => TrainingFile.Read(_folder)).Message.ShouldStartWith($"{File}: {problem}");
    }

    [Fact]
    public void The_steps_of_a_training_that_went_on_without_a_better_model_are_counted()
    {
        TrainingFile.Write(_folder, Summary);

        TrainingFile.SetSteps(_folder, 60);

        TrainingSummary read = TrainingFile.Read(_folder)!;
        (read.Steps, read.BestStep).ShouldBe((60, 20));
    }
}

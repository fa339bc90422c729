using StreamPerceiver.Model;

namespace StreamPerceiver.Training.Tests;

/// <summary>A training is resumed as the training that it was, and as no other.</summary>
public sealed class ResumeTests : TrainingTestBase
{
    [Fact]
    public void Another_recipe_is_refused_with_each_key_that_differs()
    {
        Train("one", Options, stopAfter: 10);

        string error = Refused(Options with { Batch = 4, Losses = new Dictionary<string, LossOptions> { [Some.Output] = new(LossKind.Focal) } });

        error.ShouldStartWith(
            $"{Path.Combine(Folder, "one")}: cannot be resumed with another training than it has: recipe: batch was 8 and is 4; recipe: losses ");
        error.ShouldEndWith("; expected the same, or another folder");
        error.ShouldNotContain("data:");
    }

    [Fact]
    public void Other_data_and_other_labels_are_told_apart()
    {
        Train("one", Options, stopAfter: 10);
        Example[] labelled = [.. Examples];
        labelled[3] = labelled[3] with { Targets = labelled[4].Targets };

        string data = Refused(Options, Examples[1..31]), labels = Refused(Options, labelled);

        data.ShouldMatch("data: windows was 30 with SHA-256 [0-9a-f]{12} and is 30 with SHA-256 [0-9a-f]{12}");
        labels.ShouldContain("data: windows with their labels was 30 with SHA-256 ");
        labels.ShouldNotContain("data: windows was");
        labels.ShouldNotContain("recipe:");
    }

    [Fact]
    public void Other_weights_to_begin_with_are_refused()
    {
        Train("one", Options, stopAfter: 10);
        IReadOnlyList<SafeTensor> own = WeightRecipe.Make(Some.Config());
        SafeTensor[] others = [own[0] with { Bytes = new byte[own[0].Bytes.Length] }, .. own.Skip(1)];

        Should.Throw<TrainingException>(() => new Trainer(Path.Combine(Folder, "one"), Reader, Options).Run(
                Some.Config(), others, Examples[..30], Examples[30..], resume: true, CancellationToken.None))
            .Message.ShouldContain("model: weights to begin with was SHA-256 ");
    }

    [Fact]
    public void A_disk_that_is_full_is_told_and_the_last_step_stays()
    {
        Train("one", Options, stopAfter: 10);
        string history = Path.Combine(Folder, "one", "history.jsonl");

        string error = Should.Throw<TrainingException>(() => Train("one", Options, resume: true, stepped: () => ToAFullDisk(history))).Message;

        error.ShouldContain("No space left on device");
        error.ShouldEndWith("the training can be resumed from its last step there");
        File.Delete(history);
        Train("one", Options, resume: true).Step.ShouldBe(40);
        Train("whole", Options);
        Weights("one", 40).ShouldBe(Weights("whole", 40));
    }

    private static void ToAFullDisk(string file)
    {
        File.Delete(file);
        File.CreateSymbolicLink(file, "/dev/full");
    }

    private string Refused(TrainingOptions options, Example[]? examples = null)
        => Should.Throw<TrainingException>(() => Train("one", options, examples, resume: true)).Message;
}

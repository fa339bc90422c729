using StreamPerceiver.Model;

namespace StreamPerceiver.Training.Tests;

/// <summary>The options of a training as a file.</summary>
public sealed class RecipeTests : TrainingTestBase
{
    [Fact]
    public void A_recipe_is_read_with_comments_and_what_it_leaves_out_has_its_default()
    {
        TrainingRecipe recipe = Read("""
            { // a small one
              "$schema": "training.schema.json", "steps": 7, "optimizer": "lamb", "without": ["series"], "augmentation": { "noise": 0.5 },
              "losses": { "state": { "kind": "focal", "focalGamma": 3, "classWeights": { "high": 4 } } },
            }
            """);

        (recipe.Steps, recipe.Batch, recipe.Optimizer, recipe.Augmentation.Noise).ShouldBe((7, 16, OptimizerRule.Lamb, 0.5));
        recipe.Without.ShouldBe([Some.Series]);
        LossOptions loss = (recipe with { Without = [] }).ToOptions(Some.Config(), [Some.Output], Examples).Losses[Some.Output];
        (loss.Kind, loss.FocalGamma).ShouldBe((LossKind.Focal, 3));
        loss.ClassWeights!.ShouldBe([1, 4]);
    }

    [Fact]
    public void All_problems_of_a_recipe_come_at_once_with_key_value_and_what_is_expected()
    {
        Refused("""
            { "stepz": 3, "steps": 1.5, "optimizer": "sgd", "balance": 1, "augmentation": { "crop": "x" }, "losses": { "state": { "weight": null } },
              "without": "a", "targets": { "o": { "forecast": { "input": "a" } } } }
            """).ShouldBe(string.Join("; ",
            "stepz is not a known key, expected one of steps, batch, accumulate, optimizer, weightDecay, rate, warmup, course, clipNorm, average, "
                + "augmentation, labelSmoothing, balance, losses, without, targets, freezeEncoder, evaluateEvery, checkpointEvery, patience, seed, precision",
            "steps is 1.5, expected a whole number",
            "optimizer is \"sgd\", expected one of adamW, lamb",
            "balance is 1, expected true or false",
            "augmentation.crop is \"x\", expected a number",
            "losses.state.weight is null, expected a number",
            "without is \"a\", expected an array",
            "targets.o.forecast.aheadMs is missing, expected a whole number"));
        Refused("""{ "steps": 0, "rate": -1, "augmentation": { "flip": 2, "mixup": 3 }, "losses": { "state": { "weight": 0, "labelSmoothing": 1 } } }""")
            .ShouldBe("steps is 0, expected at least 1; rate is -1, expected a number above 0; augmentation.mixup is 3, expected 0 to 1; "
                + "augmentation.flip is 2, expected 0 to 1; losses.state.weight is 0, expected a number above 0; "
                + "losses.state.labelSmoothing is 1, expected 0 or more, and less than 1");
        Refused("[1]").ShouldBe("not JSON: it is Array, expected an object");
        Refused("""{ "steps": 1, "steps": 2 }""").ShouldStartWith("not JSON: ");
    }

    [Fact]
    public void What_does_not_fit_the_model_is_refused()
    {
        Misfit(new() { Losses = new Dictionary<string, LossRecipe> { [Some.Output] = new() { Kind = LossKind.L1 } } })
            .ShouldBe("losses.state.kind is l1, but state gives labels, expected crossEntropy, focal or sigmoid");
        Misfit(new() { Losses = new Dictionary<string, LossRecipe> { ["wear"] = new() } }).ShouldBe("losses: 'wear' has no targets, expected one of state");
        Misfit(new() { Losses = new Dictionary<string, LossRecipe> { [Some.Output] = new() { ClassWeights = new Dictionary<string, double> { ["x"] = 1 } } } })
            .ShouldBe("losses.state.classWeights: 'x' is no label of state, expected low, high");
        Misfit(new() { Without = ["camera"] }).ShouldBe("without: 'camera' is no input of the model, expected some of series");
        Misfit(new() { Without = [Some.Series] }).ShouldBe("without has all inputs: series, expected that one stays");
        Misfit(new() { Augmentation = new() { Flip = 1 } }).ShouldBe("augmentation.flip is 1, but no input has pictures: series is a SeriesInput");
        Should.Throw<TrainingException>(() => new TrainingRecipe().ToOptions(Some.Config(), [Some.Output], [.. Examples.Where((_, i) => i % 2 == 1)]))
            .Message.ShouldBe("output state: no window of the training has low; those that are there are high 20");
    }

    [Fact]
    public void Balanced_labels_weigh_the_same_in_all()
    {
        Example[] uneven = [.. Examples.Where((_, i) => i % 2 == 0 || i % 8 == 1)]; // 20 of one, 5 of the other

        new TrainingRecipe { Balance = true }.ToOptions(Some.Config(), [Some.Output], uneven).Losses[Some.Output].ClassWeights!.ShouldBe([25f / 40, 25f / 10]);
    }

    [Fact]
    public void An_input_that_a_model_is_trained_without_does_not_matter_to_it()
    {
        Train("without", Options with { Steps = 10, Without = [Some.Series] });

        using PerceiverModel model = Checkpoint.Load(Path.Combine(Folder, "without"));
        TrainingHistory history = TrainingHistory.Read(Path.Combine(Folder, "without", "history.jsonl"));
        history.Evaluations[^1].Validation.Accuracies[Some.Output].ShouldBe(0.5); // it has no input left, and the labels are even
    }

    [Fact]
    public void A_training_in_bfloat16_learns_too_and_its_weights_stay_exact()
    {
        List<double> accuracies = [];

        Train("half", Options with { Precision = Precision.BFloat16 }, evaluated: found => accuracies.Add(found.Accuracies[Some.Output]));

        accuracies[^1].ShouldBeGreaterThan(0.9);
        SafeTensors.Read(Path.Combine(Folder, "half", "model.safetensors")).Values.ShouldAllBe(t => t.Type == SafeTensorType.F32);
    }

    private string Misfit(TrainingRecipe recipe)
        => Should.Throw<TrainingException>(() => recipe.ToOptions(Some.Config(), [Some.Output], Examples)).Message;

    private string Refused(string json)
    {
        string error = Should.Throw<TrainingException>(() => Read(json)).Message, file = Path.Combine(Folder, "recipe.json");
        error.ShouldStartWith($"{file}: ");
        return error[(file.Length + 2)..];
    }

    private TrainingRecipe Read(string json)
    {
        string file = Path.Combine(Folder, "recipe.json");
        File.WriteAllText(file, json);
        return TrainingRecipe.Read(file);
    }
}

using System.Globalization;
using StreamPerceiver.Model;
using TorchSharp;

namespace StreamPerceiver.Training.Tests;

/// <summary>Whole trainings of a tiny model.</summary>
public sealed class TrainerTests : TrainingTestBase
{
    [Fact]
    public void A_training_learns_what_the_labels_say_and_leaves_a_checkpoint()
    {
        List<double> accuracies = [];

        TrainingProgress end = Train("model", Options, evaluated: found => accuracies.Add(found.Accuracies[Some.Output]));

        end.Step.ShouldBe(40);
        accuracies.Count.ShouldBe(4);
        accuracies[^1].ShouldBeGreaterThan(0.95);
        using PerceiverModel best = Checkpoint.Load(Path.Combine(Folder, "model"));
        Evaluation.Of(best, Reader, Examples[30..], Options).Loss.ShouldBe(end.BestLoss, 1e-6);
    }

    [Theory]
    [InlineData(OptimizerRule.AdamW)]
    [InlineData(OptimizerRule.Lamb)]
    public void Two_trainings_of_one_seed_end_in_the_same_bits_and_of_another_seed_in_others(OptimizerRule rule)
    {
        TrainingOptions options = Options with { Steps = 10, Optimizer = new OptimizerOptions { Rule = rule }, Accumulate = 2 };

        Train("one", options);
        Train("other", options);
        Train("seed", options with { Seed = 2 });

        Weights("other", 10).ShouldBe(Weights("one", 10));
        Weights("seed", 10).ShouldNotBe(Weights("one", 10));
    }

    [Theory]
    [InlineData(3)] // before the first evaluation
    [InlineData(10)]
    [InlineData(17)]
    public void A_training_that_was_stopped_and_resumed_ends_in_the_same_bits(int after)
    {
        Train("whole", Options);

        Train("parts", Options, stopAfter: after);
        Train("parts", Options, resume: true);

        Directory.GetDirectories(Path.Combine(Folder, "parts", "steps")).Select(Path.GetFileName).ShouldBe(["40"]);
        Weights("parts", 40).ShouldBe(Weights("whole", 40));
        foreach (string file in new[] { "model.safetensors", "history.jsonl" })
            File.ReadAllBytes(Path.Combine(Folder, "parts", file)).ShouldBe(File.ReadAllBytes(Path.Combine(Folder, "whole", file)), file);
    }

    [Fact]
    public void A_checkpoint_is_there_between_two_evaluations_and_an_evaluation_has_one()
    {
        List<int> steps = [];
        TrainingOptions options = Options with { Steps = 14, EvaluateEvery = 10, CheckpointEvery = 4 };

        Train("often", options, stepped: () => steps.Add(LastStep("often")));

        steps.ShouldBe([0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 10, 10, 12, 12]);
    }

    [Fact]
    public void The_history_has_every_step_and_drops_what_a_kill_has_left_beyond_the_checkpoint()
    {
        Train("whole", Options);
        string file = Path.Combine(Folder, "parts", "history.jsonl"), whole = File.ReadAllText(Path.Combine(Folder, "whole", "history.jsonl"));
        Train("parts", Options, stopAfter: 10);
        File.AppendAllText(file, """
            {"step":11,"loss":7,"rate":7,"norm":7}
            {"step":12,"lo
            """);

        TrainingHistory.Read(file).Steps[^1].ShouldBe(new StepResult(11, 7, null, 7, 7));
        Train("parts", Options, resume: true);

        File.ReadAllText(file).ShouldBe(whole);
        TrainingHistory history = TrainingHistory.Read(file);
        history.Steps.Select(s => s.Step).ShouldBe(Enumerable.Range(1, 40).Select(i => (long)i));
        history.Steps[^1].Accuracy!.Value.ShouldBeGreaterThan(history.Steps[0].Accuracy!.Value);
        history.Steps[4].Rate.ShouldBe(Options.PeakRate);
        history.Evaluations.Select(e => e.Step).ShouldBe([10, 20, 30, 40]);
    }

    [Fact]
    public void After_the_second_step_no_step_leaves_a_tensor()
    {
        List<long> live = [];

        Train("live", Options with { Steps = 300, EvaluateEvery = 100 }, stepped: () => live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount));

        live.Count.ShouldBe(300);
        live.Skip(1).Distinct().Count().ShouldBe(1, string.Join(' ', live.Distinct()));
    }

    [Fact]
    public void What_a_kill_left_half_written_is_deleted()
    {
        Train("whole", Options);
        Train("parts", Options, stopAfter: 10);
        Directory.CreateDirectory(Path.Combine(Folder, "parts", "steps", "17.part"));
        File.WriteAllText(Path.Combine(Folder, "parts", "config.json.123.partial"), "{");

        Train("parts", Options, resume: true);

        Directory.GetFileSystemEntries(Path.Combine(Folder, "parts"), "*.part*", SearchOption.AllDirectories).ShouldBeEmpty();

        Weights("parts", 40).ShouldBe(Weights("whole", 40));
    }

    [Fact]
    public void A_frozen_encoder_stays_as_it_was()
    {
        IReadOnlyList<SafeTensor> before = WeightRecipe.Make(Some.Config());

        Train("frozen", Options with { FreezesEncoder = true });

        IReadOnlyDictionary<string, SafeTensor> after = SafeTensors.Read(Path.Combine(Folder, "frozen", "steps", "40", "weights.safetensors"));
        string[] changed = [.. before.Where(t => !after[t.Name].Bytes.Span.SequenceEqual(t.Bytes.Span)).Select(t => t.Name)];
        changed.ShouldNotBeEmpty();
        changed.ShouldAllBe(name => name.Contains("decoder", StringComparison.Ordinal) || name.Contains("output", StringComparison.Ordinal));
        changed.ShouldContain(name => name.EndsWith("final_layer.weight", StringComparison.Ordinal));
    }

    [Fact]
    public void A_training_without_a_better_loss_ends_early()
        => Train("early", Options with { Steps = 1000, PeakRate = 1e-12, Average = 0, Patience = 2 }).Step.ShouldBeLessThan(1000);

    [Fact]
    public void Nothing_is_resumed_where_nothing_is()
        => Should.Throw<TrainingException>(() => Train("none", Options, resume: true)).Message.ShouldEndWith("has no step to resume from");

    [Fact]
    public void AFolder_that_has_a_training_is_not_written_over()
    {
        Train("one", Options, stopAfter: 10);

        Should.Throw<TrainingException>(() => Train("one", Options)).Message
            .ShouldEndWith("has step 10 of a training, expected another folder, or to resume it");
    }

    private int LastStep(string name)
    {
        string steps = Path.Combine(Folder, name, "steps");
        return Directory.Exists(steps) ? int.Parse(Path.GetFileName(Directory.GetDirectories(steps).Single()), CultureInfo.InvariantCulture) : 0;
    }
}

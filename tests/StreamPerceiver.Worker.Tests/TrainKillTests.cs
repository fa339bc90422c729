using System.Diagnostics;
using StreamPerceiver.Training;

namespace StreamPerceiver.Worker.Tests;

/// <summary><c>train</c> is killed, and resumed.</summary>
public sealed class TrainKillTests : IDisposable
{
    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task A_training_that_is_killed_again_and_again_ends_in_the_files_of_an_unbroken_one()
    {
        TinyTraining.Write(_worker, """
            { "steps": 60, "batch": 4, "evaluateEvery": 10, "checkpointEvery": 4, "augmentation": { "timeShift": 0.2, "noise": 0.1, "mixup": 0.3 } }
            """);

        (await _worker.RunAsync(TinyTraining.Arguments("whole"))).Code.ShouldBe(0);
        foreach (bool isFirst in new[] { true, false })
        {
            using Process training = _worker.Begin(TinyTraining.Arguments("parts", isFirst ? [] : ["--resume"]));
            await ReadToAsync(training, isFirst ? 2 : 1);
            training.Kill(); // SIGKILL
            await training.WaitForExitAsync();
            training.ExitCode.ShouldBe(137);
        }

        WorkerProcess.Ended resumed = await _worker.RunAsync(TinyTraining.Arguments("parts", "--resume"));

        resumed.Code.ShouldBe(0, resumed.Error);
        TrainingHistory.Read(Path.Combine(_worker.Folder, "parts", "history.jsonl")).Steps.Count.ShouldBe(60);
        Contents("parts").ShouldBe(Contents("whole"));
    }

    [Fact]
    public async Task Two_trainings_of_one_seed_have_equal_files_and_another_recipe_does_not_resume_one()
    {
        TinyTraining.Write(_worker, """{ "steps": 6, "batch": 4, "evaluateEvery": 3 }""");
        (await _worker.RunAsync(TinyTraining.Arguments("one"))).Code.ShouldBe(0);
        (await _worker.RunAsync(TinyTraining.Arguments("other"))).Code.ShouldBe(0);

        Contents("other").ShouldBe(Contents("one"));
        _worker.Write("recipe.json", """{ "steps": 6, "batch": 5, "evaluateEvery": 3 }""");
        (await _worker.RunAsync(TinyTraining.Arguments("one", "--resume"))).Error
            .ShouldBe("one: cannot be resumed with another training than it has: recipe: batch was 4 and is 5; expected the same, or another folder\n");
    }

    [Fact]
    public async Task SIGINT_ends_a_training_after_a_step_with_a_checkpoint()
    {
        TinyTraining.Write(_worker, """{ "steps": 100000, "batch": 4, "evaluateEvery": 7, "checkpointEvery": 100000 }""");
        using Process training = _worker.Begin(TinyTraining.Arguments("out"));
        await ReadToAsync(training, 1);
        using (Process signal = Process.Start("kill", ["-INT", $"{training.Id}"])) await signal.WaitForExitAsync();
        string output = await training.StandardOutput.ReadToEndAsync();
        await training.WaitForExitAsync();

        training.ExitCode.ShouldBe(0);
        string step = Path.GetFileName(Directory.GetDirectories(Path.Combine(_worker.Folder, "out", "steps")).Single());
        output.ShouldContain($"train: {step} of 100000 steps; the best model, of step ");
    }

    // Each evaluation has a line, and is printed before its checkpoint is written.
    private static async Task ReadToAsync(Process training, int evaluations)
    {
        while (evaluations > 0 && await training.StandardOutput.ReadLineAsync() is { } line)
            if (line.StartsWith("train: after step ", StringComparison.Ordinal)) evaluations--;
        evaluations.ShouldBe(0);
    }

    private string[] Contents(string folder)
    {
        string full = Path.Combine(_worker.Folder, folder);
        return
        [
            .. Directory.GetFiles(full, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(f => $"{Path.GetRelativePath(full, f)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))}"),
        ];
    }
}

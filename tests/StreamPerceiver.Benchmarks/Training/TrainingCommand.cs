using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StreamPerceiver.Model;

namespace StreamPerceiver.Benchmarks.Training;

/// <summary><c>training</c>: the steps of a training, in windows a second, memory and the share of a matrix product's rate.</summary>
internal static class TrainingCommand
{
    private const int Failed = 2;

    private static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "A model directory with one classification. tests/peers/training.py makes some." };
        var batch = new Argument<string>("BATCH") { Description = "An .npz file of its inputs: the batch of all steps." };
        var steps = new Option<int>("--steps") { Description = "Steps.", DefaultValueFactory = _ => 30 };
        var threads = new Option<int>("--threads") { Description = "Threads.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var precision = new Option<Precision>("--precision")
        {
            Description = "The number format of dense products.",
            DefaultValueFactory = _ => Precision.Float32,
        };
        var json = new Option<bool>("--json") { Description = "Prints the result as one JSON object, and nothing else." };
        foreach (Option<int> count in (Option<int>[])[steps, threads])
        {
            count.Validators.Add(parsed =>
            {
                if (parsed.GetValueOrDefault<int>() < 1) parsed.AddError($"{count.Name}: expected 1 or more");
            });
        }

        var command = new Command("training", "Trains a model on one batch again and again. Prints rate and memory every tenth of the steps.")
        {
            model, batch, steps, threads, precision, json,
        };
        command.SetAction(parsed =>
        {
            Libtorch.Load();
            Libtorch.SetThreads(parsed.GetValue(threads));
            bool isJson = parsed.GetValue(json);
            var bench = new TrainingBench(parsed.GetRequiredValue(model), parsed.GetRequiredValue(batch), parsed.GetValue(precision))
            {
                Reported = step =>
                {
                    if (!isJson) Print($"step {step.Step}: {step.Rate:F1} windows/s, {step.Resident / 1048576.0:F1} MiB resident, {step.Tensors} live tensors");
                },
            };
            try
            {
                TrainingBenchResult result = bench.Run(parsed.GetValue(steps));
                if (isJson) Console.WriteLine(JsonSerializer.Serialize(result, Form));
                else PrintResult(result);
                return 0;
            }
            catch (StreamPerceiverException e)
            {
                Console.Error.WriteLine(e.Message);
                return Failed;
            }
        });
        return command;
    }

    private static void PrintResult(TrainingBenchResult result)
    {
        Print($"{result.WindowsPerSecond:F1} windows/s, {result.GemmShare:P1} of a matrix product's {result.GemmGflops:F0} GFLOP/s");
        Print($"loss {result.Losses[0]:F5} to {result.Losses[^1]:F5}");
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

using System.CommandLine;
using StreamPerceiver.Model;
using StreamPerceiver.Worker.Bench;

namespace StreamPerceiver.Worker.Commands;

/// <summary><c>bench</c>: measures pipelines and models on this machine.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var bench = new Command("bench", "Measures on this machine, and prints text or JSON.");
        bench.Subcommands.Add(Model());
        bench.Subcommands.Add(Growth());
        bench.Subcommands.Add(PipelineBench.Create());
        bench.Subcommands.Add(WindowsBench.Create());
        return bench;
    }

    private static Command Model()
    {
        var directory = new Argument<string>("directory") { Description = "A model directory." };
        var input = new Option<string?>("--in") { Description = "An .npz file of inputs, as model run takes it. Default: made-up inputs." };
        var batch = new Option<int>("--batch") { Description = "Windows of made-up inputs.", DefaultValueFactory = _ => 1 };
        var points = new Option<int>("--points") { Description = "Points of each dense output that made-up inputs ask for.", DefaultValueFactory = _ => 512 };
        var precision = new Option<Precision>("--dtype") { Description = "Precision of dense products: float32 or bfloat16." };
        PlanOptions plan = new();
        var runs = new Option<int>("--runs") { Description = "Runs, after one to warm up.", DefaultValueFactory = _ => 5 };
        Option<int> threads = Threads();
        var json = new Option<bool>("--json") { Description = "Prints a JSON object." };
        var model = new Command("model", "Runs a model and prints the times of its parts, beside the rate of a matrix product.")
        {
            directory, input, batch, points, precision, plan.Device, plan.Plan, runs, threads, json,
        };
        batch.Require(1, 65_536);
        points.Require(1, int.MaxValue);
        runs.Require(1, 1_000_000);
        model.SetAction((parsed, _) => Failures.ReportAsync(() =>
        {
            ModelBenchResult result = ModelBench.Run(
                parsed.GetRequiredValue(directory),
                plan.Choice(parsed),
                parsed.GetValue(precision),
                parsed.GetValue(threads),
                parsed.GetValue(input),
                parsed.GetValue(batch),
                parsed.GetValue(points),
                parsed.GetValue(runs));
            if (parsed.GetValue(json)) Console.WriteLine(result.ToJson());
            else result.Print(Console.Out);
            return Task.FromResult(0);
        }));
        return model;
    }

    private static Command Growth()
    {
        Option<int> threads = Threads();
        var growth = new Command("growth", "Runs an encoder on pictures of a thousand to two hundred thousand tokens, and prints how time and memory grow.")
        {
            threads,
        };
        growth.SetAction((parsed, _) => Failures.ReportAsync(() =>
        {
            GrowthBench.Run(parsed.GetValue(threads), Console.Out);
            return Task.FromResult(0);
        }));
        return growth;
    }

    private static Option<int> Threads()
    {
        var threads = new Option<int>("--threads") { Description = "Threads; 0 means one for each processor." };
        threads.Require(0, 1024);
        return threads;
    }
}

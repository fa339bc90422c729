using System.CommandLine;
using StreamPerceiver.Model;
using TorchSharp;

namespace StreamPerceiver.Benchmarks.Peers;

/// <summary><c>peers</c>: the published models on this product and on other engines, by turns in one process.</summary>
internal static class PeersCommand
{
    private const int Failed = 2;

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "Rounds, after runs to warm up.", DefaultValueFactory = _ => 5 };
        var threads = new Option<int>("--threads") { Description = "Threads of each engine.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var models = new Option<string[]>("--models")
        {
            Description = "Which cases. tests/peers/prepare.py makes their files.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. PeerCase.Official],
        };
        models.AcceptOnlyFromAmong([.. PeerCase.Official]);
        var engines = new Option<string[]>("--engines")
        {
            Description = "Which engines run beside ours.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. PeerRounds.Engines],
        };
        engines.AcceptOnlyFromAmong([.. PeerRounds.Engines]);
        var json = new Option<string?>("--json") { Description = "Writes all figures to this file." };
        foreach (Option<int> count in (Option<int>[])[rounds, threads])
        {
            count.Validators.Add(parsed =>
            {
                if (parsed.GetValueOrDefault<int>() < 1) parsed.AddError($"{count.Name}: expected 1 or more");
            });
        }

        var peers = new Command("peers", "Runs the published models on this product, ONNX Runtime and libtorch, by turns in one process.")
        {
            rounds, threads, models, engines, json,
        };
        peers.SetAction(parsed =>
        {
            int count = parsed.GetValue(threads);
            string[] chosen = parsed.GetRequiredValue(engines);
            Start(parsed.GetValue(rounds), count);
            return Run(parsed.GetRequiredValue(models), count,
                model => new PeerRounds(new PeerCase(model), chosen, count, parsed.GetValue(rounds), Console.Error), parsed.GetValue(json));
        });
        return peers;
    }

    private static void Start(int rounds, int threads)
    {
        Libtorch.Load();
        Libtorch.SetThreads(threads);
        Console.WriteLine(
            $"{Environment.ProcessorCount} CPUs, {threads} threads, batch 1, {rounds} rounds by turns in one process; libtorch {torch.__version__}");
        Console.WriteLine("Differences are from ours in float32: the largest, and the root mean square as a share of that of the outputs.");
    }

    private static int Run(IReadOnlyList<string> models, int threads, Func<string, PeerRounds> rounds, string? json)
    {
        List<CaseResult> results = [];
        try
        {
            foreach (string model in models)
            {
                results.Add(rounds(model).Run());
                PeerTable.Print(results[^1], Console.Out);
                if (json is not null) PeerTable.Write(json, threads, results);
            }

            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or StreamPerceiverException)
        {
            Console.Error.WriteLine(e.Message);
            return Failed;
        }
    }
}

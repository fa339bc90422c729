using System.CommandLine;
using System.Globalization;
using System.Reflection;
using StreamPerceiver.Benchmarks;
using StreamPerceiver.Benchmarks.Peers;
using StreamPerceiver.Benchmarks.Recordings;
using StreamPerceiver.Benchmarks.Segments;
using StreamPerceiver.Benchmarks.Training;
using StreamPerceiver.Formats;

NativeEnvironment.ShareHeap(); // as the worker does

var names = new Argument<string[]>("NAME") { Description = "Only those whose names contain one of these.", Arity = ArgumentArity.ZeroOrMore };
var root = new RootCommand("Measures small parts, each by itself.") { names };
root.SetAction(parsed => RunParts(parsed.GetValue(names) ?? []));
root.Subcommands.Add(PeersCommand.Create());
root.Subcommands.Add(SegmentsCommand.Create());
root.Subcommands.Add(TablesCommand.Create());
root.Subcommands.Add(TrainingCommand.Create());
root.Subcommands.Add(RecordingCommands.CreateCases());
root.Subcommands.Add(RecordingCommands.CreateBenchmark());
return root.Parse(args).Invoke();

static void RunParts(IReadOnlyList<string> names)
{
    var all = Assembly.GetExecutingAssembly().GetTypes().Where(t => t is { IsClass: true, IsAbstract: false } && typeof(IBenchmark).IsAssignableFrom(t))
        .Select(t => (IBenchmark)Activator.CreateInstance(t)!);
    foreach (IBenchmark benchmark in all.OrderBy(b => b.Name, StringComparer.Ordinal))
    {
        if (names.Count > 0 && !names.Any(n => benchmark.Name.Contains(n, StringComparison.OrdinalIgnoreCase))) continue;
        Measured m = Measured.Of(benchmark.Run);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{benchmark.Name,-56} {m.Nanoseconds,14:N1} ns, fastest {m.Fastest,14:N1} ns, {m.Bytes,12:N1} bytes"));
    }
}

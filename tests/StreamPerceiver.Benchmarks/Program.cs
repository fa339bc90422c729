using System.Globalization;
using System.Reflection;
using StreamPerceiver.Benchmarks;
using StreamPerceiver.Flow;

NativeEnvironment.ShareHeap(); // as the worker does

// All of them, or those whose names contain one of the arguments.
var all = Assembly.GetExecutingAssembly().GetTypes().Where(t => t.IsClass && typeof(IBenchmark).IsAssignableFrom(t)).Select(t => (IBenchmark)Activator.CreateInstance(t)!);
foreach (IBenchmark benchmark in all.OrderBy(b => b.Name, StringComparer.Ordinal))
{
    if (args.Length > 0 && !args.Any(a => benchmark.Name.Contains(a, StringComparison.OrdinalIgnoreCase))) continue;
    Measured m = Measured.Of(benchmark.Run);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{benchmark.Name,-56} {m.Nanoseconds,14:N1} ns, fastest {m.Fastest,14:N1} ns, {m.Bytes,12:N1} bytes"));
}

using System.Diagnostics;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;
using static TorchSharp.torch;

namespace StreamPerceiver.Benchmarks.Peers;

/// <summary>Runs all engines on one case by turns, in this process.</summary>
/// <param name="of">The case.</param>
/// <param name="engines">Which of <see cref="Engines"/> run beside ours.</param>
/// <param name="threads">Threads of each.</param>
/// <param name="rounds">How often.</param>
/// <param name="progress">Where a line for every run goes.</param>
internal sealed class PeerRounds(PeerCase of, IReadOnlyList<string> engines, int threads, int rounds, TextWriter progress)
{
    private const string Onnx = "onnx";
    private const string Plain = "libtorch";
    private const string Fused = "libtorch-fused";

    private static readonly Precision[] Precisions = [Precision.Float32, Precision.BFloat16];

    private readonly List<IPeer> _peers = [];
    private readonly Dictionary<IPeer, IReadOnlyDictionary<string, NpyArray>> _outputs = [];
    private readonly Dictionary<IPeer, List<RunTime>> _times = [];
    private readonly Dictionary<Precision, List<double>> _gemm = Precisions.ToDictionary(p => p, _ => new List<double>());

    /// <summary>The engines that may run beside ours.</summary>
    public static IReadOnlyList<string> Engines { get; } = [Onnx, Plain, Fused];

    /// <summary>Loads all engines, warms them up, and runs them so many rounds.</summary>
    public CaseResult Run()
    {
        using IDisposable scope = NewDisposeScope(); // of the inputs of all
        try
        {
            Load();
            for (int round = 0; round < rounds; round++)
            {
                // Each round begins with another engine, so that none always follows the same one.
                for (int turn = 0; turn < _peers.Count; turn++) Time(_peers[(round + turn) % _peers.Count], round);
                foreach (Precision precision in Precisions) _gemm[precision].Add(MatrixProduct.LibtorchGflops(precision));
            }

            IReadOnlyDictionary<string, NpyArray> ours = _outputs[_peers[0]];
            return new CaseResult(of.Name, [.. _peers.Select(p => Result(p, ours))], _gemm.ToDictionary(g => g.Key, g => PeerText.Median(g.Value)));
        }
        finally
        {
            foreach (IPeer peer in _peers) peer.Dispose();
        }
    }

    private void Load()
    {
        Add(new OurPeer(of, Precision.Float32));
        Add(new OurPeer(of, Precision.BFloat16));
        IEnumerable<string> outputs = _outputs[_peers[0]].Keys;
        foreach (string engine in engines)
        {
            if (engine == Onnx) Add(new OnnxPeer(of, threads));
            else foreach (Precision precision in Precisions) Add(new LibtorchPeer(of, precision, isFused: engine == Fused, outputs));
        }
    }

    private void Add(IPeer peer)
    {
        _peers.Add(peer);
        _times[peer] = [];
        for (int run = 0; run < peer.WarmUps; run++) _outputs[peer] = peer.Run();
        progress.WriteLine($"{of.Name}: {peer.Name} is loaded and warm");
    }

    private void Time(IPeer peer, int round)
    {
        TimeSpan busy = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        _outputs[peer] = peer.Run();
        var time = new RunTime(Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - busy).TotalSeconds);
        _times[peer].Add(time);
        progress.WriteLine(
            $"{of.Name} round {round + 1}/{rounds}: {peer.Name} {PeerText.Of(time.Seconds, 3)} s, of the processors {PeerText.Of(time.CpuSeconds, 3)} s");
    }

    private PeerResult Result(IPeer peer, IReadOnlyDictionary<string, NpyArray> ours)
    {
        IReadOnlyList<ArrayComparison> comparisons = ArrayComparison.CompareFiles(ours, _outputs[peer]);
        return comparisons.FirstOrDefault(c => c.Problem is not null) is { } unlike
            ? throw new InvalidDataException($"{of.Name}: {peer.Name}: {unlike.Name}: {unlike.Problem}")
            : new PeerResult(peer.Name, peer.IsOurs, peer.Precision, _times[peer], comparisons.Max(c => c.Largest),
                comparisons.Max(c => c.RootMeanSquare / Size(ours[c.Name])));
    }

    private static double Size(NpyArray array)
    {
        double[] values = array.ToDoubles();
        return Math.Sqrt(values.Sum(v => v * v) / values.Length);
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using StreamPerceiver.Model;

namespace StreamPerceiver.Benchmarks.Peers;

/// <summary>Writes results as text and as JSON.</summary>
internal static class PeerTable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>A table of one case.</summary>
    public static void Print(CaseResult result, TextWriter output)
    {
        output.WriteLine($"{result.Case,-38} {"median s",9} {"least s",9} {"/ ours",7} {"CPU s",9} {"/ ours",7} {"largest",9} {"relative",9}");
        foreach (PeerResult r in result.Results)
        {
            PeerResult ours = result.Ours(r.Precision);
            string seconds = $"{PeerText.Of(r.Median, 3),9} {PeerText.Of(r.Runs.Min(t => t.Seconds), 3),9} {PeerText.Of(r.Median / ours.Median, 2),7}";
            string cpu = $"{PeerText.Of(r.MedianCpu, 3),9} {PeerText.Of(r.MedianCpu / ours.MedianCpu, 2),7}";
            output.WriteLine($"  {r.Name,-36} {seconds} {cpu} {PeerText.Small(r.Largest),9} {PeerText.Small(r.Relative),9}");
        }

        foreach (Precision precision in result.Gemm.Keys)
        {
            if (result.Fastest(precision) is { } fastest && result.Thriftiest(precision) is { } thriftiest)
            {
                PeerResult ours = result.Ours(precision);
                string times = PeerText.Of(fastest.Median / ours.Median, 2), cpuTimes = PeerText.Of(thriftiest.MedianCpu / ours.MedianCpu, 2);
                output.WriteLine(
                    $"  {PeerText.Of(precision)}: ours is {times} times as fast as {fastest.Name}. {thriftiest.Name} takes {cpuTimes} times its CPU time.");
            }

            output.WriteLine($"  {PeerText.Of(precision)}: a matrix product of libtorch's ran at {PeerText.Of(result.Gemm[precision], 0)} GFLOP/s.");
        }
    }

    /// <summary>All figures of all cases.</summary>
    public static void Write(string file, int threads, IReadOnlyList<CaseResult> results) =>
        File.WriteAllText(file, JsonSerializer.Serialize(new { threads, cases = results }, Json) + "\n");
}

using System.Globalization;
using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>
/// Walks configurations, weights and inputs that no sound caller would bring. Every case must end with an answer or with a refusal of this library's own.
/// A case prints its seed and its kind before it runs. So the last line names the case that ended the process.
/// </summary>
internal static class HostileWalk
{
    private const int Answered = 0;
    private const int Faulty = 1;

    private static readonly (string Name, int Weight, Action<Random> Run)[] Kinds =
    [
        ("configuration", 6, HostileConfigs.Run),
        ("weights", 4, HostileWeights.Tensors),
        ("weights file", 1, HostileWeights.Files),
        ("tensors of a call", 6, HostileCalls.Tensors),
        ("arrays of a call", 3, HostileCalls.Arrays),
        ("named arrays", 3, HostileCalls.Named),
        ("raw inputs", 2, HostileCalls.Raw),
        ("inputs of another model", 1, HostileCalls.Mixed),
        ("threads", 1, Threads),
    ];

    /// <summary>Runs cases of consecutive seeds. A case runs again alone with its seed and the count 1.</summary>
    /// <returns>0 where every case ended well.</returns>
    public static int Run(int seed, int count, TextWriter output)
    {
        int answers = 0, refusals = 0, faults = 0;
        Dictionary<string, int> answersOfKind = Kinds.ToDictionary(k => k.Name, _ => 0);
        for (int i = 0; i < count; i++)
        {
            var random = new Random(Mixed(seed + i));
            (string name, _, Action<Random> run) = Pick(random);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"case {seed + i}: {name}"));
            output.Flush();
            try
            {
                using IDisposable scope = NewDisposeScope();
                run(random);
                answers++;
                answersOfKind[name]++;
            }
            catch (StreamPerceiverException)
            {
                refusals++;
            }
            catch (Exception e)
            {
                faults++;
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"FAULT case {seed + i}: {name}: {e}"));
            }
        }

        output.WriteLine($"answers: {string.Join(", ", answersOfKind.Select(k => $"{k.Key} {k.Value}"))}");
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{count} cases: {answers} answers, {refusals} refusals, {faults} faults, peak of {Peak()} MiB"));
        return faults == 0 ? Answered : Faulty;
    }

    // Threads that libtorch would not take are an error of the program, not of its user's files.
    private static void Threads(Random random)
    {
        int threads = Adversary.Number(random);
        try
        {
            Libtorch.SetThreads(threads);
        }
        catch (ArgumentOutOfRangeException) when (threads is < 1 or > 1024)
        {
        }
        finally
        {
            Libtorch.SetThreads(2);
        }
    }

    // Random numbers of neighbouring seeds are alike at their start.
    private static int Mixed(int seed)
    {
        unchecked
        {
            uint x = (uint)seed * 0x9E3779B1u;
            x ^= x >> 15;
            x *= 0x85EBCA77u;
            return (int)((x ^ (x >> 13)) & int.MaxValue);
        }
    }

    private static (string Name, int Weight, Action<Random> Run) Pick(Random random)
    {
        int at = random.Next(Kinds.Sum(k => k.Weight));
        return Kinds.First(k => (at -= k.Weight) < 0);
    }

    private static long Peak()
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}

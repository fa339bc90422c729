using System.Diagnostics;

namespace StreamPerceiver.Benchmarks;

/// <summary>Time and memory of an action: the median of several rounds, each long enough for the clock.</summary>
/// <param name="Nanoseconds">Of one run, the median.</param>
/// <param name="Fastest">Of one run, in the fastest round.</param>
/// <param name="Bytes">Managed memory that a run allocates.</param>
internal readonly record struct Measured(double Nanoseconds, double Fastest, double Bytes)
{
    private const int Rounds = 11;
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(50);

    public static Measured Of(Action action)
    {
        long times = Calibrate(action);
        double[] rounds = new double[Rounds];
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < Rounds; round++) rounds[round] = Time(action, times).TotalNanoseconds / times;
        double bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / (Rounds * times);
        Array.Sort(rounds);
        return new Measured(rounds[Rounds / 2], rounds[0], bytes);
    }

    // Meanwhile the code is compiled as well as it will be.
    private static long Calibrate(Action action)
    {
        long times = 1;
        for (int again = 0; again < 4;)
        {
            if (Time(action, times) >= Round) again++;
            else times *= 2;
        }

        return times;
    }

    private static TimeSpan Time(Action action, long times)
    {
        long start = Stopwatch.GetTimestamp();
        for (long i = 0; i < times; i++) action();
        return Stopwatch.GetElapsedTime(start);
    }
}

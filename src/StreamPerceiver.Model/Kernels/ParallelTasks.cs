using System.Diagnostics;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// Shares the work of a kernel among threads. The caller and helper threads, together as many as libtorch's threads, take tasks until none is left.
/// A forward pass has hundreds of such loops of about 0.1 ms. Helpers therefore spin for a moment before they sleep.
/// <see cref="Parallel"/> would wake its threads thousands of times a second.
/// </summary>
internal sealed class ParallelTasks
{
    private const int Spins = 10;

    // 20 us: longer than the usual time between two loops, shorter than the time to wake a thread.
    private static readonly long SpinTime = Stopwatch.Frequency / 50_000;

    private static readonly SemaphoreSlim Wake = new(0);
    private static readonly Lock Growing = new();
    private static ParallelTasks? _current;
    private static int _helpers;
    private static int _asleep;

    private readonly Action<int> _task;
    private readonly int _count;
    private int _places;
    private int _taken;
    private int _left;
    private Exception? _failure;

    private ParallelTasks(int count, int helpers, Action<int> task) => (_count, _left, _places, _task) = (count, count, helpers, task);

    /// <summary>
    /// Runs tasks on as many threads as libtorch has, or on the caller's thread while another model's loop runs. An exception of a task is thrown
    /// after all tasks have ended.
    /// </summary>
    public static void Each(int tasks, Action<int> task)
    {
        int helpers = Math.Min(tasks, get_num_threads()) - 1;
        if (helpers < 1)
        {
            for (int i = 0; i < tasks; i++) task(i);
            return;
        }

        var all = new ParallelTasks(tasks, helpers, task);
        bool isShared = Interlocked.CompareExchange(ref _current, all, null) is null;
        if (isShared) WakeHelpers(helpers);
        all.Execute();
        for (long start = Stopwatch.GetTimestamp(); Volatile.Read(ref all._left) > 0;) Pause(start); // for the helpers' last tasks

        if (isShared) Volatile.Write(ref _current, null);
        if (all._failure is { } failure) ExceptionDispatchInfo.Throw(failure);
    }

    private static void WakeHelpers(int helpers)
    {
        if (Volatile.Read(ref _helpers) < helpers)
        {
            lock (Growing)
            {
                for (; _helpers < helpers; _helpers++) new Thread(Help) { IsBackground = true, Name = $"kernels {_helpers + 1}" }.Start();
            }
        }

        int asleep = Interlocked.Exchange(ref _asleep, 0);
        if (asleep > 0) Wake.Release(asleep);
    }

    private static void Help()
    {
        ParallelTasks? last = null;
        while (true)
        {
            for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetTimestamp() - start < SpinTime;)
            {
                ParallelTasks? next = Volatile.Read(ref _current);
                if (next is null || next == last)
                {
                    Thread.SpinWait(Spins);
                    continue;
                }

                if (Interlocked.Decrement(ref next._places) >= 0) next.Execute();
                (last, start) = (next, Stopwatch.GetTimestamp());
            }

            Interlocked.Increment(ref _asleep);
            // A loop began before this thread counted as asleep. A wake-up that is not used now stays in the semaphore and ends a later sleep early.
            if (Volatile.Read(ref _current) is { } missed && missed != last) continue;
            last = null;
            Wake.Wait();
        }
    }

    // A helper that is still late has probably lost its processor. Yielding lets that helper run on this one.
    private static void Pause(long start)
    {
        if (Stopwatch.GetTimestamp() - start < SpinTime) Thread.SpinWait(Spins);
        else Thread.Yield();
    }

    private void Execute()
    {
        for (int i; (i = Interlocked.Increment(ref _taken) - 1) < _count; Interlocked.Decrement(ref _left))
        {
            try
            {
                _task(i);
            }
#pragma warning disable CA1031 // Each() throws the exception to its caller.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref _failure, failure, null);
            }
        }
    }
}

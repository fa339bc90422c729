using System.Diagnostics;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// How the kernels share their work out: the caller and as many threads as libtorch has beside it take tasks until none is left. A model has hundreds
/// of such loops a forward, of a tenth of a millisecond each: helpers wait awake for the next one for a moment before they sleep. (With
/// <see cref="Parallel"/> threads are woken and put to sleep thousands of times a second.)
/// </summary>
internal sealed class ParallelTasks
{
    private const int Spins = 10;

    // 20 us: longer than the next loop is away, shorter than waking somebody takes.
    private static readonly long Patience = Stopwatch.Frequency / 50_000;

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

    /// <summary>Runs tasks on as many threads as libtorch has; alone if another model's loop is under way. A failure is thrown when none runs any more.</summary>
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
        if (isShared) Call(helpers);
        all.Execute();
        for (long start = Stopwatch.GetTimestamp(); Volatile.Read(ref all._left) > 0;) Pause(start); // what helpers have taken

        if (isShared) Volatile.Write(ref _current, null);
        if (all._failure is { } failure) ExceptionDispatchInfo.Throw(failure);
    }

    private static void Call(int helpers)
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
            for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetTimestamp() - start < Patience;)
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
            if (Volatile.Read(ref _current) is { } missed && missed != last) continue; // what wakes nobody then wakes somebody too early later
            last = null;
            Wake.Wait();
        }
    }

    // Whoever is late has lost its processor: it may have this one.
    private static void Pause(long start)
    {
        if (Stopwatch.GetTimestamp() - start < Patience) Thread.SpinWait(Spins);
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
#pragma warning disable CA1031 // It is thrown to the caller.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref _failure, failure, null);
            }
        }
    }
}

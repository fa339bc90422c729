namespace StreamPerceiver.Infer;

/// <summary>
/// The one thread that calls the models, and its queues of work. libtorch keeps workers and buffers for every thread that calls it. Calls from a thread
/// pool would take memory for each of its threads. Shares get the thread fairly, by the time that their work takes.
/// </summary>
public sealed class DeviceThread : IDisposable
{
    private readonly object _gate = new();
    private readonly FairTurns _turns = new();
    private readonly List<Queue<Action>> _waiting = []; // by share, oldest work first
    private readonly TimeProvider _time;
    private bool _isClosed;

    /// <summary>Starts the thread, without any share.</summary>
    /// <param name="time">The clock that measures the cost of work.</param>
    public DeviceThread(TimeProvider time)
    {
        _time = time;
        new Thread(RunAll) { Name = "inference", IsBackground = true }.Start();
    }

    /// <summary>Adds a share, which gets as much time of the thread as every other share.</summary>
    public DeviceShare AddShare()
    {
        lock (_gate)
        {
            _waiting.Add(new Queue<Action>());
            return new DeviceShare(this, _turns.AddShare());
        }
    }

    /// <summary>Stops taking work. The thread ends once its queues are empty.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.Pulse(_gate);
        }
    }

    internal void Add(int share, Action work)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_waiting[share].Count == 0) _turns.Activate(share);
            _waiting[share].Enqueue(work);
            Monitor.Pulse(_gate);
        }
    }

    private void RunAll()
    {
        while (TakeNext(out int share) is { } work)
        {
            long began = _time.GetTimestamp();
            work();
            lock (_gate) _turns.Charge(share, _time.GetTimestamp() - began);
        }
    }

    /// <summary>Waits for work and dequeues it. Returns null once the thread is closed and its queues are empty.</summary>
    private Action? TakeNext(out int share)
    {
        lock (_gate)
        {
            while (_waiting.TrueForAll(queue => queue.Count == 0))
            {
                share = -1;
                if (_isClosed) return null;
                Monitor.Wait(_gate);
            }

            share = _turns.TakeTurn(Enumerable.Range(0, _waiting.Count).Where(s => _waiting[s].Count > 0));
            return _waiting[share].Dequeue();
        }
    }
}

/// <summary>One share of the time of a <see cref="DeviceThread"/>, such as that of a pipeline.</summary>
public sealed class DeviceShare
{
    private readonly DeviceThread _thread;
    private readonly int _number;

    internal DeviceShare(DeviceThread thread, int number) => (_thread, _number) = (thread, number);

    /// <summary>
    /// Runs a function on the thread, and returns its result or its exception. Functions of one share run in the order of the calls.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The thread is closed.</exception>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _thread.Add(_number, () =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }
}

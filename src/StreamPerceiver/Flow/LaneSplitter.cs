using System.Threading.Tasks.Dataflow;

namespace StreamPerceiver.Flow;

/// <summary>
/// Splits each record of a run into any number of values, or a rejection, or both, on several threads. All results share the record's ack. A run moves as one
/// message, because a message costs more than the work on a small record. Runs leave in their order, whatever the parallelism. A record that takes long holds
/// up its own lane alone: see <see cref="LaneOrder{TIn, TOut}"/>. The time that a record takes never changes a result.
/// </summary>
/// <typeparam name="TIn">The stage's input.</typeparam>
/// <typeparam name="TOut">The stage's output.</typeparam>
public sealed class LaneSplitter<TIn, TOut> : ILaneLoad
    where TIn : class where TOut : class
{
    // What lanes that wait may have in the block beside the others. A source that can pause them has less there.
    private const int CapacitiesOfSlowLanes = 7;

    private readonly Lock _gate = new();
    private readonly StageCounts _counts;
    private readonly Func<TIn, List<TOut>, Rejection?> _method;
    private readonly LaneOptions<TIn> _options;
    private readonly LaneOrder<TIn, TOut> _order;
    private readonly ActionBlock<Envelope<TIn>[]> _input;
    private readonly BufferBlock<Envelope<TOut>[]> _output;
    private readonly List<LaneOrder<TIn, TOut>.Work> _running = []; // what threads work on, but for what takes long
    private readonly ITimer _timer;
    private readonly TaskCompletionSource _faulted = NewSignal();
    private TaskCompletionSource _room = NewSignal();
    private bool _isSending, _hasAll, _hasEnded;
    private long _slowRecords;

    /// <summary>Makes the block, which takes runs at once.</summary>
    /// <param name="counts">In: records. Out: values. Rejected: rejections.</param>
    /// <param name="method">Adds the values of a record to a list, and returns a rejection or null; at least one of the two.</param>
    /// <param name="options">Lanes, limits and clock.</param>
    /// <param name="laneOfOutput">The lane of an item that leaves.</param>
    public LaneSplitter(StageCounts counts, Func<TIn, List<TOut>, Rejection?> method, LaneOptions<TIn> options, Func<Envelope<TOut>, int> laneOfOutput)
    {
        (_counts, _method, _options) = (counts, method, options);
        _order = new LaneOrder<TIn, TOut>(options.LaneOf, laneOfOutput);
        _input = new ActionBlock<Envelope<TIn>[]>(TakeAsync, Stage.Bounded(1, 1));
        _output = new BufferBlock<Envelope<TOut>[]>(new DataflowBlockOptions { BoundedCapacity = 1 });
        Block = DataflowBlock.Encapsulate(_input, _output);
        TimeSpan period = options.SlowAfter / 4;
        _timer = options.Time.CreateTimer(_ => FindSlow(), null, period, period);
        _ = EndAsync();
    }

    /// <summary>The block itself, to be linked.</summary>
    public IPropagatorBlock<Envelope<TIn>[], Envelope<TOut>[]> Block { get; }

    /// <inheritdoc/>
    public long SlowRecords => Volatile.Read(ref _slowRecords);

    /// <inheritdoc/>
    public bool IsSlow(int lane)
    {
        lock (_gate) return _order.IsSlow(lane);
    }

    private async Task TakeAsync(Envelope<TIn>[] run)
    {
        while (true)
        {
            Task room;
            lock (_gate)
            {
                if (_hasEnded) return;
                if (_order.CountInOrder() < _options.Capacity && _order.Count < (1 + CapacitiesOfSlowLanes) * _options.Capacity)
                {
                    _order.Add(run);
                    BeginWorks();
                    return;
                }

                if (_room.Task.IsCompleted) _room = NewSignal();
                room = _room.Task;
            }

            await room.ConfigureAwait(false);
        }
    }

    // Under the lock.
    private void BeginWorks()
    {
        while (_running.Count < _options.Parallelism && _order.Begin() is { } work)
        {
            _running.Add(work);
            ThreadPool.UnsafeQueueUserWorkItem(_ => Run(work), null);
        }
    }

    private void Run(LaneOrder<TIn, TOut>.Work work)
    {
        try
        {
            List<Envelope<TOut>> results = new(work.Items.Length);
            List<TOut> values = [];
            foreach (Envelope<TIn> item in work.Items)
            {
                work.Begin(item.Value, _options.Time.GetTimestamp());
                Stage.Split(_counts, _method, item, values, results);
            }

            lock (_gate)
            {
                _running.Remove(work);
                _order.End(work, [.. results]);
                BeginWorks();
            }

            _ = SendAsync();
        }
        catch (Exception fault)
        {
            _faulted.TrySetException(fault);
        }
    }

    // What takes long leaves its place to another work.
    private void FindSlow()
    {
        List<TIn> slow = [];
        lock (_gate)
        {
            foreach (var work in _running.FindAll(w => w.Record is not null && _options.Time.GetElapsedTime(w.Since) >= _options.SlowAfter))
            {
                _running.Remove(work);
                _order.MarkSlow(work);
                slow.Add(work.Record!);
            }

            if (slow.Count == 0) return;
            BeginWorks();
            _room.TrySetResult();
        }

        Interlocked.Add(ref _slowRecords, slow.Count);
        foreach (TIn record in slow) _options.OnSlow(record);
        _ = SendAsync();
    }

    // One caller at a time sends.
    private async Task SendAsync()
    {
        while (true)
        {
            Envelope<TOut>[]? next;
            lock (_gate)
            {
                if (_isSending) return;
                next = _order.TakeNext();
                if (next is null)
                {
                    if (_hasAll && _order.Count == 0) _output.Complete();
                    return;
                }

                _isSending = true;
                _room.TrySetResult();
            }

            bool isSent = _output.Post(next) || await _output.SendAsync(next).ConfigureAwait(false);
            lock (_gate) _isSending = false;
            if (!isSent) return; // after a fault: the graph ends, and nothing is acked
        }
    }

    private async Task EndAsync()
    {
        Task all = await Task.WhenAny(_input.Completion, _faulted.Task).ConfigureAwait(false);
        if (all.Exception is { } fault) ((IDataflowBlock)_output).Fault(fault.InnerException!);
        lock (_gate) _hasAll = true;
        await SendAsync().ConfigureAwait(false);
        await _output.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _hasEnded = true;
            _room.TrySetResult();
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Flow;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Batch;

/// <summary>
/// Stage 5: gathers windows into batches. BatchBlock has no deadline, so this block is made by hand. A notice does not wait for the open batch.
/// </summary>
public sealed class MicroBatcher : IPropagatorBlock<Envelope<TokenisedWindow>, Envelope<TokenBatch>>
{
    private readonly BatchPolicy _policy;
    private readonly StageCounts _counts;
    private readonly TimeProvider _time;
    private readonly BufferBlock<Envelope<TokenBatch>> _output;
    private readonly ActionBlock<Envelope<TokenisedWindow>> _input;
    private readonly ITimer _timer;
    private readonly long[] _closed = new long[Enum.GetValues<BatchCloseReason>().Length];
    private List<Envelope<TokenisedWindow>> _open = [];
    private long _openSince;

    /// <summary>Makes a batcher without windows.</summary>
    /// <param name="policy">Decides when a batch closes.</param>
    /// <param name="counts">Receives the windows taken in and the batches given out.</param>
    /// <param name="capacity">Windows that may wait in the block's input. The block's output has room for one batch.</param>
    /// <param name="time">The clock of the deadlines.</param>
    public MicroBatcher(BatchPolicy policy, StageCounts counts, int capacity, TimeProvider time)
    {
        (_policy, _counts, _time) = (policy, counts, time);
        _output = new BufferBlock<Envelope<TokenBatch>>(new DataflowBlockOptions { BoundedCapacity = 1 });
        _input = new ActionBlock<Envelope<TokenisedWindow>>(TakeAsync, Stage.Bounded(capacity, 1));
        var deadlinePassed = Envelope<TokenisedWindow>.OfNotice(new DeadlinePassed());
        _timer = time.CreateTimer(_ => _input.SendAsync(deadlinePassed), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _ = EndAsync();
    }

    /// <inheritdoc/>
    public Task Completion => _output.Completion;

    private ITargetBlock<Envelope<TokenisedWindow>> Input => _input;

    private ISourceBlock<Envelope<TokenBatch>> Output => _output;

    /// <summary>Counts the batches that closed for a reason.</summary>
    public long CountClosed(BatchCloseReason reason) => Volatile.Read(ref _closed[(int)reason]);

    /// <inheritdoc/>
    public void Complete() => _input.Complete();

    /// <summary>Faults the input and the output. The input may be sending a batch that the next block will never take.</summary>
    public void Fault(Exception exception)
    {
        Input.Fault(exception);
        Output.Fault(exception);
    }

    /// <inheritdoc/>
    public IDisposable LinkTo(ITargetBlock<Envelope<TokenBatch>> target, DataflowLinkOptions linkOptions) => _output.LinkTo(target, linkOptions);

    DataflowMessageStatus ITargetBlock<Envelope<TokenisedWindow>>.OfferMessage(
        DataflowMessageHeader messageHeader, Envelope<TokenisedWindow> messageValue, ISourceBlock<Envelope<TokenisedWindow>>? source, bool consumeToAccept)
        => Input.OfferMessage(messageHeader, messageValue, source, consumeToAccept);

    Envelope<TokenBatch> ISourceBlock<Envelope<TokenBatch>>.ConsumeMessage(
        DataflowMessageHeader messageHeader, ITargetBlock<Envelope<TokenBatch>> target, out bool messageConsumed)
        => Output.ConsumeMessage(messageHeader, target, out messageConsumed);

    bool ISourceBlock<Envelope<TokenBatch>>.ReserveMessage(DataflowMessageHeader messageHeader, ITargetBlock<Envelope<TokenBatch>> target)
        => Output.ReserveMessage(messageHeader, target);

    void ISourceBlock<Envelope<TokenBatch>>.ReleaseReservation(DataflowMessageHeader messageHeader, ITargetBlock<Envelope<TokenBatch>> target)
        => Output.ReleaseReservation(messageHeader, target);

    private async Task TakeAsync(Envelope<TokenisedWindow> item)
    {
        if (item.Value is not null)
        {
            _counts.CountIn();
            if (_open.Count == 0) _openSince = _time.GetTimestamp();
            _open.Add(item);
        }
        else if (item.Notice is not DeadlinePassed)
        {
            await SendAsync(item.ForwardNotice<TokenBatch>()).ConfigureAwait(false);
            return;
        }

        TimeSpan waited = _open.Count > 0 ? _time.GetElapsedTime(_openSince) : TimeSpan.Zero;
        if (_policy.ShouldClose(_open.Count, waited) is { } reason) await CloseAsync(reason).ConfigureAwait(false);
        else if (_open.Count == 1 || item.Notice is DeadlinePassed) SetTimer(_policy.MaxWait - waited); // a timer may fire early
    }

    private void SetTimer(TimeSpan wait)
    {
        if (_open.Count > 0) _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(wait.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }

    private async Task CloseAsync(BatchCloseReason reason)
    {
        if (_open.Count == 0) return;
        var batch = new TokenBatch(_open, reason);
        _open = [];
        Interlocked.Increment(ref _closed[(int)reason]);
        _counts.CountOut();
        await SendAsync(Envelope<TokenBatch>.OfValue(batch, ack: null)).ConfigureAwait(false);
    }

    private async Task SendAsync(Envelope<TokenBatch> item)
    {
        // SendAsync returns false only after a fault. The graph then ends, and the item is not acked.
        if (!await _output.SendAsync(item).ConfigureAwait(false)) _input.Complete();
    }

    private async Task EndAsync()
    {
        try
        {
            await _input.Completion.ConfigureAwait(false);
            await CloseAsync(BatchCloseReason.End).ConfigureAwait(false);
            _output.Complete();
        }
        catch (Exception fault)
        {
            ((IDataflowBlock)_output).Fault(fault);
        }
        finally
        {
            await _timer.DisposeAsync().ConfigureAwait(false);
        }
    }

    private sealed record DeadlinePassed : Notice;
}

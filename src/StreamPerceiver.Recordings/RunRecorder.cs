using System.Threading.Channels;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Recordings;

/// <summary>
/// Records what a source tells its intake, beside the run. It has a queue and a thread of its own. A disk that is full, away or too slow ends the recording,
/// and neither stops nor slows the run.
/// </summary>
public sealed class RunRecorder : IDisposable
{
    // The approximate bytes of an event's objects.
    private const int EventBytes = 512;

    // A disk that does not answer must not keep the worker from ending.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    private readonly Channel<(IntakeEvent Event, long TimeNs, long Bytes)> _queue =
        Channel.CreateUnbounded<(IntakeEvent, long, long)>(new UnboundedChannelOptions { SingleReader = true });
    private readonly long _mostBytes;
    private readonly Task _writing;
    private long _queuedBytes;
    private long _records;
    private bool _hasFailed;

    /// <summary>Begins a recording of a run, with a queue and a thread of its own.</summary>
    /// <param name="open">Makes the writer, on the recording's own thread.</param>
    /// <param name="queueBytes">The most that may wait to be written, in bytes. Beyond it the recording ends.</param>
    /// <param name="failed">Is called with the reason where the recording ends before the run, once, from the recording's own thread.</param>
    public RunRecorder(Func<RecordingWriter> open, long queueBytes, Action<string> failed)
    {
        _mostBytes = queueBytes;
        _writing = Task.Factory.StartNew(() => Write(open, failed), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Records written so far.</summary>
    public long Records => Volatile.Read(ref _records);

    /// <summary>Whether the recording has ended before the run.</summary>
    public bool HasFailed => Volatile.Read(ref _hasFailed);

    /// <summary>Adds an event; after the end of the recording it does nothing. It does not wait.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="clock">When it was.</param>
    public void Add(IntakeEvent happened, EventTime? clock)
    {
        if (HasFailed) return;
        long bytes = EventBytes + (happened is RecordRead { Record: var record } ? (record.Key?.LongLength ?? 0) + (record.Value?.LongLength ?? 0) : 0);
        if (Interlocked.Add(ref _queuedBytes, bytes) <= _mostBytes)
        {
            _queue.Writer.TryWrite((happened, clock?.Nanoseconds ?? 0, bytes));
            return;
        }

        Volatile.Write(ref _hasFailed, true);
        _queue.Writer.TryComplete(new RecordingException($"{_mostBytes} bytes wait to be written: the disk is too slow, or has stopped"));
    }

    /// <summary>Ends the recording: what waits is written, and the last file gets its summary.</summary>
    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _writing.Wait(LongestEnd);
    }

    private void Write(Func<RecordingWriter> open, Action<string> failed)
    {
        try
        {
            using RecordingWriter writer = open();
            while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (_queue.Reader.TryRead(out var next))
                {
                    writer.Add(next.Event, next.TimeNs);
                    Volatile.Write(ref _records, writer.Count);
                    Interlocked.Add(ref _queuedBytes, -next.Bytes);
                }
            }
        }
        catch (Exception e) // whatever it is, it ends the recording alone
        {
            Volatile.Write(ref _hasFailed, true);
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out _)) { } // frees the records
            failed(e.Message);
        }
    }
}

using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Align;

/// <summary>
/// Stage 3: groups samples into windows, by lane and entity. Serial. The windows of an entity come in order. Windows that are open when the stream ends are not
/// emitted: their records stay unsettled, and the next start reads them again.
/// </summary>
/// <param name="inputs">The pipeline's inputs.</param>
/// <param name="options">Windows and watermarks.</param>
/// <param name="observer">Learns of the samples and windows; null (default): none.</param>
public sealed class StreamAligner(IReadOnlyList<InputSpec> inputs, AlignOptions options, IAlignObserver? observer = null)
{
    private readonly Dictionary<int, LaneAligner> _lanes = [];
    private long _skippedWindows;
    private long _flushedWindows;

    /// <summary>Windows that were not emitted: a required input was missing, or no sample was near enough to a step or slot.</summary>
    public long SkippedWindows => Volatile.Read(ref _skippedWindows);

    /// <summary>Windows that closed because their entity had no record for the time to flush.</summary>
    public long FlushedWindows => Volatile.Read(ref _flushedWindows);

    /// <summary>The entities whose clocks differ from those of the others. Thread-safe.</summary>
    public WrongClocks WrongClocks { get; } = new();

    /// <summary>Takes a sample or a notice, and returns the windows that it closes and the notices for the next stage.</summary>
    public IReadOnlyList<Envelope<AlignedWindow>> Accept(Envelope<MediaSample> item)
    {
        observer?.OnItem(item);
        switch (item.Notice)
        {
            case null:
                return _lanes[item.Value!.Stream.Lane].Accept(item.Value, (RecordAck)item.Ack!);
            case LaneOpened opened:
                Action skipped = () => Interlocked.Increment(ref _skippedWindows);
                _lanes.Add(opened.Lane, new LaneAligner(opened, inputs, options, WrongClocks, skipped, observer));
                return [];
            case LaneClosed closed:
                _lanes.Remove(closed.Lane);
                return [];
            case LaneMarked marked:
                _lanes[marked.Lane].OnMarked(marked.Number);
                return [];
            case ReadToEnd read:
                IReadOnlyList<Envelope<AlignedWindow>> windows = _lanes[read.Lane].OnReadToEnd(read, item.Ack!);
                Interlocked.Add(ref _flushedWindows, windows.Count(w => w.Value?.Header.ClosedBy == CloseReason.Flush));
                return windows;
            case OffsetCommitted committed:
                return _lanes[committed.Lane].OnCommitted(committed, item.Ack!);
            default:
                return [item.ForwardNotice<AlignedWindow>()];
        }
    }
}

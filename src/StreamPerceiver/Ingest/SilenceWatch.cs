using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Finds out when the partitions of a lane were read to their ends. A partition without a new record may still have records that are unread, undecided or in
/// transit. So the watch makes marks on the source's clock. A partition that was read to an end that its broker gave after a mark has no unread record from
/// before the mark. Alignment decides what that means for an entity. Each lane has its own watch.
/// </summary>
/// <param name="inputs">How many inputs the pipeline has.</param>
/// <param name="idleAfterNs">How long an input may have no record, in nanoseconds.</param>
/// <param name="flushAfterNs">How long an entity may have no record until its last windows close, in nanoseconds; 0: for ever.</param>
internal sealed class SilenceWatch(int inputs, long idleAfterNs, long flushAfterNs)
{
    // Records of one event time reach their topics at different times. The wait on the clock is at least this long.
    private static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _wait = new(Math.Max(LeastWait.Ticks, idleAfterNs / TimeSpan.NanosecondsPerTick));
    private readonly TimeSpan _flushWait = flushAfterNs > 0 ? new(flushAfterNs / TimeSpan.NanosecondsPerTick) : TimeSpan.MaxValue;
    private readonly long[] _readBefore = Enumerable.Repeat(-1L, inputs).ToArray(); // the offset behind what was read
    private readonly bool[] _atEnd = new bool[inputs];
    private readonly int[] _lastMark = Enumerable.Repeat(-1, inputs).ToArray(); // the last mark before the input's last record
    private readonly (long End, SilenceMarks Marks)?[] _asked = new (long, SilenceMarks)?[inputs];
    private readonly TimeSpan?[] _askedAt = new TimeSpan?[inputs];
    private readonly SilenceMarks[] _known = new SilenceMarks[inputs];
    private readonly List<(int Mark, TimeSpan Clock)> _marks = [];
    private bool _hasNews; // since the last mark

    /// <summary>Returns whether an input had no record for the idle time on the clock, when its partition was read to its end.</summary>
    public bool IsSilent(int input, SilenceMarks marks) => marks.BeforeTheWait > 0 && _lastMark[input] < marks.BeforeTheWait;

    /// <summary>Notes a record that was read.</summary>
    public void OnRecord(int input, long offset)
    {
        _lastMark[input] = _marks is [.., var last] ? last.Mark : 0;
        _readBefore[input] = offset + 1;
        _atEnd[input] = false;
        _hasNews = true;
    }

    /// <summary>Notes that the client has read the partition to its end, which is this offset.</summary>
    public void OnEnd(int input, long offset) => (_readBefore[input], _atEnd[input]) = (Math.Max(offset, _readBefore[input]), true);

    /// <summary>Makes a mark, if a record came since the last one. Returns its number; null: none was made.</summary>
    public int? Mark(TimeSpan now)
    {
        if (!_hasNews) return null;
        _hasNews = false;
        int number = _marks is [.., var last] ? last.Mark + 1 : 1;
        _marks.Add((number, now));
        return number;
    }

    /// <summary>Returns the inputs whose partitions should be asked for their ends now.</summary>
    public IEnumerable<int> ToAsk(TimeSpan now)
    {
        SilenceMarks marks = MarksAt(now);
        for (int input = 0; input < _asked.Length; input++)
        {
            // A partition that was not read to its end is asked now and then: it may always have new records of other entities.
            bool isDue = _atEnd[input] || _askedAt[input] is not { } at || now - at >= _wait;
            if (_asked[input] is null && marks != _known[input] && marks.Latest > 0 && isDue) yield return input;
        }
    }

    /// <summary>Notes the end of a partition, as its broker gave it after the call of <see cref="ToAsk"/> with the same time.</summary>
    /// <param name="input">Index of the input.</param>
    /// <param name="end">The offset behind its last record, decided or not.</param>
    /// <param name="asked">The time on the source's clock when it was asked.</param>
    public void OnAnswer(int input, long end, TimeSpan asked) => (_asked[input], _askedAt[input]) = ((end, MarksAt(asked)), asked);

    /// <summary>Returns the marks from before which the partition has no unread record, when there are new ones. Call this after each event.</summary>
    public SilenceMarks? TakeReadToEnd(int input)
    {
        if (_asked[input] is not { } asked || _readBefore[input] < asked.End) return null;
        _asked[input] = null;
        _known[input] = asked.Marks;
        int needed = _known.Min(m => flushAfterNs > 0 ? m.BeforeTheFlush : m.BeforeTheWait);
        _marks.RemoveAll(m => m.Mark < needed);
        return asked.Marks;
    }

    private SilenceMarks MarksAt(TimeSpan now) => new(LastMark(now), LastMark(now - _wait), LastMark(now - _flushWait));

    private int LastMark(TimeSpan until)
    {
        int last = _marks.FindLastIndex(m => m.Clock <= until);
        return last < 0 ? 0 : _marks[last].Mark;
    }
}

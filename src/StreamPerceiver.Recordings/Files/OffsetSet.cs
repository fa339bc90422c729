namespace StreamPerceiver.Recordings.Files;

/// <summary>The offsets of a partition that were seen, as ranges: offsets without gaps take no memory.</summary>
internal sealed class OffsetSet
{
    private readonly List<(long First, long Last)> _ranges = [];

    /// <summary>Adds an offset. Returns false where it was seen before.</summary>
    public bool Add(long offset)
    {
        int at = _ranges.Count > 0 && offset > _ranges[^1].First ? _ranges.Count - 1 : IndexBefore(offset);
        if (at >= 0 && offset <= _ranges[at].Last) return false;
        bool joinsLast = at >= 0 && _ranges[at].Last + 1 == offset;
        bool joinsNext = at + 1 < _ranges.Count && _ranges[at + 1].First - 1 == offset;
        if (joinsLast && joinsNext)
        {
            _ranges[at] = (_ranges[at].First, _ranges[at + 1].Last);
            _ranges.RemoveAt(at + 1);
        }
        else if (joinsLast) _ranges[at] = (_ranges[at].First, offset);
        else if (joinsNext) _ranges[at + 1] = (offset, _ranges[at + 1].Last);
        else _ranges.Insert(at + 1, (offset, offset));
        return true;
    }

    /// <summary>The least offset.</summary>
    public long First => _ranges[0].First;

    /// <summary>The greatest offset.</summary>
    public long Last => _ranges[^1].Last;

    /// <summary>How many offsets between the least and the greatest were not seen.</summary>
    public long Missing => _ranges.Zip(_ranges.Skip(1), (before, after) => after.First - before.Last - 1).Sum();

    // The last range that begins at the offset or before it; -1: none does.
    private int IndexBefore(long offset)
    {
        int at = _ranges.BinarySearch((offset, long.MaxValue));
        return at >= 0 ? at : ~at - 1;
    }
}

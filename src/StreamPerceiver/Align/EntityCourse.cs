using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>
/// Remembers the event time that an entity had reached, in any of its inputs, before each of the lane's last marks. A mark is a moment on the source's clock.
/// </summary>
internal sealed class EntityCourse
{
    // Enough for the marks of an idle time. In a longer course every second mark is forgotten, which makes answers earlier and never later.
    private const int MostMarks = 64;

    private readonly List<(int Mark, EventTime Reached)> _course = [];

    /// <summary>Notes a sample of the entity.</summary>
    /// <param name="mark">The lane's last mark before it.</param>
    /// <param name="time">Its event time.</param>
    public void OnSample(int mark, EventTime time)
    {
        EventTime reached = _course is [.., var last] && last.Reached > time ? last.Reached : time;
        if (_course.Count > 0 && _course[^1].Mark == mark)
        {
            _course[^1] = (mark, reached);
            return;
        }

        if (_course.Count == MostMarks) _course.RemoveAll(c => c.Mark % 2 == 0 && c != _course[^1]);
        _course.Add((mark, reached));
    }

    /// <summary>Returns the event time that the entity had reached before a mark, or null.</summary>
    public EventTime? ReachedBefore(int mark)
    {
        int last = _course.FindLastIndex(c => c.Mark < mark);
        return last < 0 ? null : _course[last].Reached;
    }

    /// <summary>Returns whether the entity had no sample after a mark.</summary>
    public bool IsQuietSince(int mark) => _course.Count == 0 || _course[^1].Mark < mark;

    /// <summary>Forgets what no question about this mark or a later one needs.</summary>
    public void ForgetBefore(int mark)
    {
        int last = _course.FindLastIndex(c => c.Mark < mark);
        if (last > 0) _course.RemoveRange(0, last);
    }
}

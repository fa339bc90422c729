using StreamPerceiver.Flow;

namespace StreamPerceiver.Training;

/// <summary>The labels of an entity by their beginning, which may overlap.</summary>
internal sealed class LabelCourse
{
    private readonly LabelInterval[] _labels;
    private readonly EventTime[] _latest; // the latest end of all labels up to each

    /// <summary>Puts labels in order.</summary>
    public LabelCourse(IEnumerable<LabelInterval> labels)
    {
        _labels = [.. labels.OrderBy(l => l.From).ThenBy(l => l.To).ThenBy(l => l.Value, StringComparer.Ordinal)];
        _latest = new EventTime[_labels.Length];
        for (int i = 0; i < _labels.Length; i++) _latest[i] = i > 0 && _latest[i - 1] > _labels[i].To ? _latest[i - 1] : _labels[i].To;
    }

    /// <summary>Finds the labels that hold for a part of a time, the last first.</summary>
    public IEnumerable<LabelInterval> Touching(EventTime start, EventTime end)
    {
        int low = 0, high = _labels.Length; // the first label that begins at the end or later
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_labels[middle].From < end) low = middle + 1;
            else high = middle;
        }

        for (int i = low - 1; i >= 0 && start < _latest[i]; i--)
            if (start < _labels[i].To)
                yield return _labels[i];
    }
}

using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Topology;

/// <summary>A sample that came too late for one window at least. Later windows may still have it.</summary>
/// <param name="Stream">Lane, entity and input.</param>
/// <param name="Offset">Offset of its record.</param>
/// <param name="Time">Its event time.</param>
/// <param name="Passed">The event time that its input had passed.</param>
/// <param name="First">The first window that it belongs to.</param>
/// <param name="Last">The last window that it was late for.</param>
public sealed record LateSample(StreamKey Stream, long Offset, EventTime Time, EventTime Passed, long First, long Last);

/// <summary>Collects the samples of a run that were late for a window.</summary>
public sealed class LateSamples : IAlignObserver
{
    private readonly List<LateSample> _samples = [];

    /// <summary>The samples, in the order in which they came.</summary>
    public IReadOnlyList<LateSample> Samples => _samples;

    /// <inheritdoc/>
    public bool Observes(int lane, string entity) => true;

    /// <inheritdoc/>
    public void OnSample(MediaSample sample, SampleWindows windows, EventTime passed)
    {
        if (windows.IsLateFor(windows.First))
        {
            _samples.Add(new LateSample(
                sample.Stream, sample.Offset, sample.Time, passed, windows.First, Math.Min(windows.Last, windows.FirstOpen - 1)));
        }
    }

    /// <inheritdoc/>
    public void OnItem(Envelope<MediaSample> item)
    {
    }

    /// <inheritdoc/>
    public void OnWindow(ClosedWindow window)
    {
    }

    /// <inheritdoc/>
    public void OnProgress(int lane, string entity, IReadOnlyList<EventTime> passed)
    {
    }
}

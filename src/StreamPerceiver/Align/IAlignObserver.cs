using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Align;

/// <summary>
/// Learns what alignment does with samples, and why windows close, for explanations. It is called on the thread of alignment, in its order, and changes
/// nothing. A run has none, and does no work for it.
/// </summary>
public interface IAlignObserver
{
    /// <summary>Returns whether the observer wants to know of an entity. Asked once for each entity of a lane, before its first sample.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="entity">The entity.</param>
    bool Observes(int lane, string entity);

    /// <summary>Notes the item that alignment takes next, of any entity. The calls that follow come of it.</summary>
    void OnItem(Envelope<MediaSample> item);

    /// <summary>Notes a sample of an observed entity, before it is held, late or skipped.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="windows">The windows that it belongs to, and those that are open to it.</param>
    /// <param name="passed">The event time that its input had passed.</param>
    void OnSample(MediaSample sample, SampleWindows windows, EventTime passed);

    /// <summary>Notes a window of an observed entity that closes.</summary>
    void OnWindow(ClosedWindow window);

    /// <summary>Notes how far an observed entity has come, once an item was taken.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="entity">The entity.</param>
    /// <param name="passed">The event time that each input has passed, in the order of the pipeline's inputs.</param>
    void OnProgress(int lane, string entity, IReadOnlyList<EventTime> passed);
}

/// <summary>The windows of a sample by their numbers. It is late for those before the first open one.</summary>
/// <param name="First">The first window that it belongs to.</param>
/// <param name="Last">The last window that it may be placed in; less than the first where it is between two windows.</param>
/// <param name="FirstOpen">The first window that its input has not passed.</param>
public readonly record struct SampleWindows(long First, long Last, long FirstOpen)
{
    /// <summary>Returns whether the sample came too late for a window that it belongs to.</summary>
    public bool IsLateFor(long window) => window >= First && window <= Last && window < FirstOpen;
}

/// <summary>A window that closes.</summary>
/// <param name="Number">Its number: it begins at the number times the hop.</param>
/// <param name="Header">Entity, times, close reason and inputs.</param>
/// <param name="IsEmitted">Whether it goes on; false: it has no data, or lacks a required input.</param>
/// <param name="Inputs">The samples and slots of each input, in the order of the pipeline's inputs.</param>
public sealed record ClosedWindow(long Number, WindowHeader Header, bool IsEmitted, IReadOnlyList<ClosedInput> Inputs);

/// <summary>One input of a window that closes.</summary>
/// <param name="Samples">The samples that were placed. That of a table is the last one, with the time of the window's start.</param>
/// <param name="Version">The value of a table as it came; null where there is none.</param>
/// <param name="Slots">The slots, in their order.</param>
/// <param name="Passed">The event time that the input had passed.</param>
/// <param name="PassedBy">How it passed the window's end.</param>
public sealed record ClosedInput(
    IReadOnlyList<MediaSample> Samples, MediaSample? Version, IReadOnlyList<WindowSlot> Slots, EventTime Passed, PassReason PassedBy);

/// <summary>How an input passed the end of a window.</summary>
public enum PassReason
{
    /// <summary>By its watermark: a record of the entity is far enough behind the end.</summary>
    Watermark,

    /// <summary>By silence: the entity's other inputs went on for the idle time, and the input had no unread record.</summary>
    Silence,

    /// <summary>By the other entities of its partition, which agree that the time is long past.</summary>
    OtherEntities,

    /// <summary>By the flush of an entity that was quiet; or the input is a table, which was read to its end.</summary>
    Flush,
}

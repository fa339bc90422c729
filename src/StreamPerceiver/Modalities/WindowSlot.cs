using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>How a slot of a window got its content.</summary>
public enum SlotFill
{
    /// <summary>No sample is near enough, so the slot is masked.</summary>
    Masked,

    /// <summary>The nearest sample fills it.</summary>
    Nearest,

    /// <summary>The last sample at or before it fills it.</summary>
    Held,

    /// <summary>It is on the line between two samples.</summary>
    Interpolated,

    /// <summary>It has the mean of the samples in it.</summary>
    Mean,

    /// <summary>It has the values of the greatest magnitude of the samples in it.</summary>
    Peak,

    /// <summary>A part of the sample fills it.</summary>
    Part,

    /// <summary>The latest sample of the window fills it.</summary>
    Latest,
}

/// <summary>A slot of a window, and the samples that fill it: a step of a grid, a place for a frame, a run of sound, or all of the window.</summary>
/// <param name="First">Index of the slot; of a run of sound, that of its first sound sample.</param>
/// <param name="Count">1; of a run of sound, the number of its sound samples.</param>
/// <param name="At">The time that samples are compared with: a step's instant, or the middle of a frame's place; else the first instant.</param>
/// <param name="From">First instant of the slot.</param>
/// <param name="To">First instant after the slot.</param>
/// <param name="Fill">How it got its content.</param>
/// <param name="FirstSample">Index of the first sample that fills it, among the samples that were placed.</param>
/// <param name="Samples">How many samples fill it, one after the other; 0 where it is masked.</param>
public sealed record WindowSlot(int First, int Count, EventTime At, EventTime From, EventTime To, SlotFill Fill, int FirstSample, int Samples);

using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>The data of one input in a window, placed in time. Each modality has its own subtype.</summary>
public abstract record AlignedInput
{
    /// <summary>Adds to the presence of the input what outputs need to know of its data (default: nothing).</summary>
    internal virtual InputPresence Describe(InputPresence presence) => presence;
}

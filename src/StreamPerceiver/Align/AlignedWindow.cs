using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Align;

/// <summary>The data of one entity in one window, placed in time.</summary>
/// <param name="Header">The entity, times and inputs of the window.</param>
/// <param name="Inputs">The data of each input, in the order of the pipeline's inputs.</param>
public sealed record AlignedWindow(WindowHeader Header, IReadOnlyList<AlignedInput> Inputs);

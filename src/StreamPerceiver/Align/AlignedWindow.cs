using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Align;

/// <summary>One entity's data in one window, input by input.</summary>
/// <param name="Header">Whose, when, and what is there.</param>
/// <param name="Inputs">One for each input of the pipeline, in its order.</param>
public sealed record AlignedWindow(WindowHeader Header, IReadOnlyList<AlignedInput> Inputs);

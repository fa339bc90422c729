using StreamPerceiver.Flow;

namespace StreamPerceiver.Training;

/// <summary>Which window a row of a <see cref="WindowStore"/> has.</summary>
/// <param name="Entity">The entity.</param>
/// <param name="Start">First instant of the window.</param>
/// <param name="End">First instant after it.</param>
/// <param name="Present">Whether each input has data, in the order of the inputs.</param>
public sealed record StoredWindow(string Entity, EventTime Start, EventTime End, IReadOnlyList<bool> Present);

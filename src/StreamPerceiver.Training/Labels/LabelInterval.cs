using StreamPerceiver.Flow;

namespace StreamPerceiver.Training;

/// <summary>What was true of an entity for a time.</summary>
/// <param name="Entity">The entity.</param>
/// <param name="From">First instant.</param>
/// <param name="To">First instant after it.</param>
/// <param name="Output">The output of the model that should say it.</param>
/// <param name="Value">A label of the output, or numbers with spaces between.</param>
public sealed record LabelInterval(string Entity, EventTime From, EventTime To, string Output, string Value);

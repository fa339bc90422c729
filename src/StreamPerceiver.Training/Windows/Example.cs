namespace StreamPerceiver.Training;

/// <summary>A window that a model can learn from.</summary>
/// <param name="Row">Its row in the store.</param>
/// <param name="Targets">What each output should give, by name; an output without a target is not there.</param>
public sealed record Example(int Row, IReadOnlyDictionary<string, float[]> Targets);

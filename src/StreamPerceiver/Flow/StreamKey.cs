namespace StreamPerceiver.Flow;

/// <summary>The stream that a record belongs to.</summary>
/// <param name="Lane">The partition number that all inputs of the pipeline share.</param>
/// <param name="Entity">The record's key as text: a camera, a machine, a patient.</param>
/// <param name="Input">Index of the input in the pipeline's inputs.</param>
public readonly record struct StreamKey(int Lane, string Entity, int Input);

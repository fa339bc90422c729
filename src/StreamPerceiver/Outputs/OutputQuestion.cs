namespace StreamPerceiver.Outputs;

/// <summary>What is decoded of one output of the model: no other number is computed.</summary>
/// <param name="Output">The model output.</param>
/// <param name="Answer">What the model gives of the decoded part.</param>
/// <param name="Points">Flat indices of the decoded points, in the order of the answer; null (default) decodes the whole output.</param>
public sealed record OutputQuestion(string Output, OutputShape Answer, IReadOnlyList<int>? Points = null);

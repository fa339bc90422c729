namespace StreamPerceiver.Outputs;

/// <summary>What an output publishes in a topic of its own.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="ContentType">The content type of the records.</param>
/// <param name="Payloads">The records, in their order.</param>
public sealed record OutputRecords(string Topic, string ContentType, IReadOnlyList<OutputPayload> Payloads);

/// <summary>One record of an output that has a topic of its own.</summary>
/// <param name="Part">What follows the output's name in the record's id, such as the number of a frame; null: the record is the whole output.</param>
/// <param name="Value">The record's value.</param>
/// <param name="Headers">Headers beside those that every record of an output has.</param>
public sealed record OutputPayload(int? Part, byte[] Value, IReadOnlyList<(string Name, string Text)> Headers);

namespace StreamPerceiver.Recordings.Ros.Payloads;

/// <summary>What a message becomes.</summary>
/// <param name="Value">The value of the record.</param>
/// <param name="ContentType">Its content type.</param>
/// <param name="NotFinite">Numbers that were left out because they are NaN or infinity.</param>
internal sealed record RosPayload(byte[] Value, string ContentType, int NotFinite = 0);

/// <summary>Turns messages of one type into payloads that the worker reads.</summary>
internal interface IRosPayloads
{
    /// <summary>Turns a message into a payload.</summary>
    /// <exception cref="RosException">The message has nothing that can be used. The reason names what is supported.</exception>
    RosPayload Convert(RosMessage message);
}

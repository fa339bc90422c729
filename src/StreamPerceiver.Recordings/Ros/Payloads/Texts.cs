namespace StreamPerceiver.Recordings.Ros.Payloads;

/// <summary>A text of each message, byte for byte.</summary>
internal sealed class Texts(RosMessageType type, string path, string contentType) : IRosPayloads
{
    private readonly RosPath _text = Require.Text(type, path);

    /// <inheritdoc/>
    public RosPayload Convert(RosMessage message) => new(_text.Read<RosText>(message).Utf8.ToArray(), contentType);
}

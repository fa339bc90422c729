namespace StreamPerceiver.Recordings.Ros.Payloads;

/// <summary>Bytes of each message as they are, such as compressed sound. Their content type is that of the map.</summary>
internal sealed class RawBytes : IRosPayloads
{
    private readonly RosPath _bytes;
    private readonly string _contentType;

    public RawBytes(RosMessageType type, string path, string? contentType)
    {
        _bytes = Require.Bytes(type, path);
        _contentType = contentType ?? throw new RosException(
            $"{type.Name} does not say what its bytes are, expected the key contentType, such as audio/mpeg or audio/pcm;rate=16000;channels=1;format=s16le");
    }

    /// <inheritdoc/>
    public RosPayload Convert(RosMessage message) => new(_bytes.Read<RosNumbers>(message).Bytes.ToArray(), _contentType);
}

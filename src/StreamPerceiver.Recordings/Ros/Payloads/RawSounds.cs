using System.Globalization;

namespace StreamPerceiver.Recordings.Ros.Payloads;

/// <summary>Uncompressed sound of <c>foxglove_msgs/RawAudio</c>.</summary>
internal sealed class RawSounds(RosMessageType type) : IRosPayloads
{
    private readonly RosPath _data = Require.Bytes(type, "data"), _format = Require.Text(type, "format"), _rate = Require.Whole(type, "sample_rate"),
        _channels = Require.Whole(type, "number_of_channels");

    /// <inheritdoc/>
    public RosPayload Convert(RosMessage message)
    {
        string format = _format.Read<RosText>(message).Decode();
        if (format != "pcm-s16") throw new RosException($"format is '{format}', expected pcm-s16");
        string contentType = string.Create(
            CultureInfo.InvariantCulture,
            $"audio/pcm;rate={Require.Count(_rate, message)};channels={Require.Count(_channels, message)};format=s16le");
        return new RosPayload(_data.Read<RosNumbers>(message).Bytes.ToArray(), contentType);
    }
}

namespace StreamPerceiver.Recordings.Ros.Payloads;

/// <summary>Positions of a satellite receiver, as readings. A message without a fix has none.</summary>
internal sealed class Fixes : IRosPayloads
{
    private const long NoFix = -1;

    private static readonly string[] Numbers = ["latitude", "longitude", "altitude", "status.status"];

    private readonly RosPath _status;
    private readonly Readings _readings;

    public Fixes(RosMessageType type)
    {
        _status = Require.Whole(type, "status.status");
        _readings = new Readings(type, Numbers.Select(path => KeyValuePair.Create(path, path)));
    }

    /// <inheritdoc/>
    public RosPayload Convert(RosMessage message)
        => _status.Read<long>(message) > NoFix ? _readings.Convert(message) : throw new RosException("status.status is -1: the receiver had no fix");
}

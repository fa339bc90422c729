using System.Buffers.Binary;

namespace StreamPerceiver.Recordings.Ros.Payloads;

/// <summary>
/// Scans of a laser, as points in PCD: x, y, z (which is 0), and intensity where the scan has them. A beam without a return, or outside of the scan's ranges,
/// is no point.
/// </summary>
internal sealed class LaserScans(RosMessageType type) : IRosPayloads
{
    private readonly RosPath _angle = Require.Number(type, "angle_min"), _increment = Require.Number(type, "angle_increment"),
        _least = Require.Number(type, "range_min"), _most = Require.Number(type, "range_max"),
        _ranges = Require.Numbers(type, "ranges"), _intensities = Require.Numbers(type, "intensities");

    /// <inheritdoc/>
    public RosPayload Convert(RosMessage message)
    {
        double[] ranges = _ranges.Read<RosNumbers>(message).ToDoubles(), intensities = _intensities.Read<RosNumbers>(message).ToDoubles();
        double angle = Number(_angle), increment = Number(_increment), least = Number(_least), most = Number(_most);
        if (intensities.Length > 0 && intensities.Length != ranges.Length)
            throw new RosException($"the scan has {ranges.Length} ranges and {intensities.Length} intensities, expected as many, or none");
        if (!double.IsFinite(angle) || !double.IsFinite(increment))
            throw new RosException($"angle_min is {angle}, angle_increment {increment}, expected angles");
        string[] names = intensities.Length > 0 ? ["x", "y", "z", "intensity"] : ["x", "y", "z"];
        var bytes = new byte[ranges.Length * names.Length * sizeof(float)];
        int points = 0, at = 0;
        for (int i = 0; i < ranges.Length; i++)
        {
            if (!double.IsFinite(ranges[i]) || ranges[i] < least || ranges[i] > most) continue;
            (double sin, double cos) = Math.SinCos(angle + i * increment);
            Add(ranges[i] * cos);
            Add(ranges[i] * sin);
            Add(0);
            if (intensities.Length > 0) Add(intensities[i]);
            points++;
        }

        return new RosPayload(PcdFile.Write([.. names.Select(name => (name, RosKind.Float32, 1L))], points, 1, bytes.AsSpan(0, at)), PcdFile.ContentType);

        double Number(RosPath path) => System.Convert.ToDouble(path.Read<object>(message), null);

        void Add(double number)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at), (float)number);
            at += sizeof(float);
        }
    }
}

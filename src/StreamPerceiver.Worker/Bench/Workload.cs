using System.Globalization;
using System.Text;
using OpenCvSharp;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Video;
using StreamPerceiver.Outputs.Labels;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Worker.Bench;

/// <summary>A pipeline of one input, and the records of its devices, which are the same in every run.</summary>
/// <param name="name">Its name in the figures.</param>
/// <param name="count">Records.</param>
/// <param name="entities">Devices, which take turns.</param>
/// <param name="periodNs">From one record of a device to its next, in nanoseconds.</param>
/// <param name="contentType">The content type of the payloads.</param>
/// <param name="payloads">The payloads, over and over.</param>
/// <param name="input">The input that reads a topic.</param>
/// <param name="align">The windows.</param>
internal sealed class Workload(
    string name, int count, int entities, long periodNs, string contentType, byte[][] payloads, Func<string, InputSpec> input, AlignOptions align)
{
    private readonly byte[] _contentType = Encoding.UTF8.GetBytes(contentType);
    private readonly byte[][] _keys = [.. Enumerable.Range(0, entities).Select(e => Encoding.UTF8.GetBytes($"machine-{e}"))];
    private KeyValuePair<string, byte[]?>[] _headers = [];
    private long _tick = -1;

    public string Name { get; } = name;

    public int Count { get; } = count;

    public PipelineDefinition Definition { get; } = Define($"bench-{Guid.NewGuid():N}"[..14], input, align);

    /// <summary>The event time of the first record: now, since brokers delete what is old.</summary>
    public EventTime Start { get; } = new(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() * EventTime.PerSecond);

    /// <summary>Record i, in the order of event time. Records of one moment share their headers.</summary>
    public SourceRecord Record(int i)
    {
        EventTime time = Start + i / entities * periodNs;
        if (i / entities != _tick)
        {
            _tick = i / entities;
            _headers = [new("content-type", _contentType), new("ce_time", Encoding.UTF8.GetBytes(time.ToString()))];
        }

        return new SourceRecord(
            Definition.Inputs[0].Topic, 0, i, time.Nanoseconds / EventTime.PerMillisecond, _keys[i % entities], payloads[i % payloads.Length], _headers);
    }

    /// <summary>Makes a workload of one accelerometer in real time, with ten windows a second.</summary>
    public static Workload LiveSensor()
        => Sensors(int.MaxValue, 1, new WindowPlan(EventTime.PerSecond / 10, EventTime.PerSecond / 10), EventTime.PerSecond / 50);

    /// <summary>Makes a workload of accelerometers: 100 readings a second, three numbers each, in JSON.</summary>
    public static Workload Sensors(int count) => Sensors(count, 32, Overlapping, EventTime.PerSecond / 5);

    private static Workload Sensors(int count, int entities, WindowPlan plan, long outOfOrdernessNs) => new(
        "sensor readings", count, entities, EventTime.PerSecond / 100, "application/json",
        [.. Enumerable.Range(0, 251).Select(Reading)],
        topic => new SensorSpec("sensor", topic, false, ["x", "y", "z"], 100, Interpolation.Linear, EventTime.PerSecond / 50),
        new AlignOptions(plan, outOfOrdernessNs, 3 * EventTime.PerSecond, 18 * EventTime.PerSecond));

    private static byte[] Reading(int i)
    {
        string json = string.Create(CultureInfo.InvariantCulture, $"{{\"x\":{Math.Sin(i):F4},\"y\":{Math.Cos(i):F4},\"z\":{1 + 0.01 * i:F4}}}");
        return Encoding.UTF8.GetBytes(json);
    }

    /// <summary>Makes a workload of cameras: 8 JPEG pictures of 320 x 240 a second, which the pipeline resizes.</summary>
    public static Workload Frames(int count, int width, int height, int patch)
    {
        byte[][] pictures = [.. Enumerable.Range(0, 31).Select(Picture)];
        string size = string.Create(CultureInfo.InvariantCulture, $"{pictures.Average(p => p.Length) / 1000:F1} kB");
        return new(
            $"JPEG of 320 x 240 ({size}) to {width} x {height}", count, 4, EventTime.PerSecond / 8, "image/jpeg", pictures,
            topic => new VideoSpec("camera", topic, false, width, height, 8, EventTime.PerSecond / 8, patch),
            new AlignOptions(Overlapping, EventTime.PerSecond / 5, 3 * EventTime.PerSecond, 18 * EventTime.PerSecond));
    }

    // Lines, discs and a little noise: some 15 kB, as a camera gives.
    private static byte[] Picture(int seed)
    {
        var random = new Random(seed);
        using var picture = new Mat(240, 320, MatType.CV_8UC3, new Scalar(40, 70, 60));
        for (int i = 0; i < 40; i++)
        {
            var colour = new Scalar(random.Next(256), random.Next(256), random.Next(256));
            Cv2.Line(picture, new Point(random.Next(320), random.Next(240)), new Point(random.Next(320), random.Next(240)), colour, 2);
            Cv2.Circle(picture, new Point(random.Next(320), random.Next(240)), random.Next(4, 24), colour, -1);
        }

        Cv2.ImEncode(".jpg", picture, out byte[] jpeg, new ImageEncodingParam(ImwriteFlags.JpegQuality, 85));
        return jpeg;
    }

    private static WindowPlan Overlapping => new(2 * EventTime.PerSecond, EventTime.PerSecond);

    private static PipelineDefinition Define(string name, Func<string, InputSpec> input, AlignOptions align) => new(
        name, "bench", align, [input($"{name}.in")], "bench", [new LabelsOutput(InstantPerceiver.Output, 1)],
        $"{name}.out", $"{name}.dead-letters", null, $"{name}.progress", 60 * EventTime.PerSecond, 3600 * EventTime.PerSecond);
}

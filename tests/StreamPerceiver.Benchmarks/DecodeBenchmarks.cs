using NAudio.Wave;
using OpenCvSharp;
using StreamPerceiver.Decode;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Benchmarks;

/// <summary>A reading of three numbers in JSON.</summary>
internal sealed class SensorDecoding : IBenchmark
{
    private readonly Decoder _decoder = Records.Decoder(Records.Sensor);
    private readonly List<MediaSample> _samples = [];
    private readonly RawRecord _record = Records.Raw("application/json", Records.Reading);

    public string Name => "decode: sensor, JSON of 3 numbers";

    public void Run()
    {
        _samples.Clear();
        _decoder.Decode(_record, _samples);
    }
}

/// <summary>A picture, and what it takes to make it smaller.</summary>
internal sealed class JpegDecoding : IBenchmark
{
    private readonly Decoder _decoder = Records.Decoder(Records.Video);
    private readonly List<MediaSample> _samples = [];
    private readonly RawRecord _record = Records.Raw("image/jpeg", Picture());

    public string Name => "decode: JPEG of 320 x 240 to 64 x 48";

    public void Run()
    {
        _samples.Clear();
        _decoder.Decode(_record, _samples);
    }

    private static byte[] Picture()
    {
        var random = new Random(1);
        using var picture = new Mat(240, 320, MatType.CV_8UC3, new Scalar(40, 70, 60));
        for (int i = 0; i < 40; i++)
            Cv2.Circle(picture, new Point(random.Next(320), random.Next(240)), random.Next(4, 24),
                new Scalar(random.Next(256), random.Next(256), random.Next(256)), -1);
        Cv2.ImEncode(".jpg", picture, out byte[] jpeg, new ImageEncodingParam(ImwriteFlags.JpegQuality, 85));
        return jpeg;
    }
}

/// <summary>A quarter of a second of sound.</summary>
internal sealed class WavDecoding : IBenchmark
{
    private readonly Decoder _decoder = Records.Decoder(Records.Audio);
    private readonly List<MediaSample> _samples = [];
    private readonly RawRecord _record = Records.Raw("audio/wav", Sound());

    public string Name => "decode: WAV of 250 ms, 16 kHz, 16 bits";

    public void Run()
    {
        _samples.Clear();
        _decoder.Decode(_record, _samples);
    }

    private static byte[] Sound()
    {
        using var file = new MemoryStream();
        using (var writer = new WaveFileWriter(file, new WaveFormat(16_000, 16, 1)))
            for (int i = 0; i < 4_000; i++)
                writer.WriteSample(MathF.Sin(0.1f * i));
        return file.ToArray();
    }
}

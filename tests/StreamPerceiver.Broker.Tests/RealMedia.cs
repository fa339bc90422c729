using System.Text;
using NAudio.Wave;
using OpenCvSharp;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Broker.Tests;

/// <summary>
/// A recording of real media for the pipeline machine-activity: frames of OpenCV's street scene, ALSA's speaker announcements, and readings at
/// 50 Hz. Two entities, the second two seconds behind the first.
/// </summary>
internal static class RealMedia
{
    public const int Seconds = 12;
    public const int EntityOffsetMs = 2000;

    private const string Video = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";
    private const string Speech = "/usr/share/sounds/alsa";
    private const int ChunkMs = 500;
    private const int ReadingMs = 20;

    public static readonly string[] Entities = ["door-1", "door-2"];

    /// <summary>Midnight today: brokers delete what is older than their retention, whatever day it is replayed on.</summary>
    public static EventTime Start { get; } = new(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 86_400 * 86_400 * EventTime.PerSecond);

    /// <summary>Why there is none, or null.</summary>
    public static string? Missing { get; } =
        !File.Exists(Video) ? $"{Video} is not there (Debian's opencv-doc)" : !Directory.Exists(Speech) ? $"{Speech} is not there (Debian's alsa-utils)" : null;

    /// <summary>All records, by event time; partitions and offsets are the broker's business.</summary>
    public static IReadOnlyList<SourceRecord> Records()
    {
        List<byte[]> frames = Frames(out double fps);
        List<byte[]> chunks = SpeechChunks();
        List<(EventTime Time, SourceRecord Record)> records = [];
        for (int e = 0; e < Entities.Length; e++)
        {
            EventTime start = Start + e * EntityOffsetMs * EventTime.PerMillisecond;
            for (int i = 0; i < Seconds * fps; i++) Add(e, "camera", start + (long)(i * EventTime.PerSecond / fps), "image/jpeg", frames[i]);
            for (int i = 0; i < Seconds * 1000 / ChunkMs; i++)
                Add(e, "microphone", start + i * ChunkMs * EventTime.PerMillisecond, "audio/wav", chunks[i % chunks.Count]);
            for (int i = 0; i < Seconds * 1000 / ReadingMs; i++)
                Add(e, "accelerometer", start + i * ReadingMs * EventTime.PerMillisecond, "application/json",
                    Encoding.UTF8.GetBytes($"{{\"x\":{Math.Sin(i * 0.1 + e):F5},\"y\":{Math.Cos(i * 0.07):F5},\"z\":1.0}}"));
        }

        return records.OrderBy(r => r.Time).Select(r => r.Record).ToArray();

        void Add(int entity, string input, EventTime time, string type, byte[] payload) =>
            records.Add((time, Record(Entities[entity], input, time, type, payload)));
    }

    /// <summary>One record for the pipeline's topic of that input.</summary>
    public static SourceRecord Record(string entity, string input, EventTime time, string contentType, byte[] payload) => new(
        $"machines.{input}", -1, 0, time.Nanoseconds / EventTime.PerMillisecond, Encoding.UTF8.GetBytes(entity), payload,
        [new("content-type", Encoding.UTF8.GetBytes(contentType)), new("ce_time", Encoding.UTF8.GetBytes(time.ToString()))]);

    private static List<byte[]> Frames(out double fps)
    {
        using var video = new VideoCapture(Video);
        fps = video.Fps;
        List<byte[]> frames = [];
        using var frame = new Mat();
        using var small = new Mat();
        while (frames.Count < Seconds * fps && video.Read(frame))
        {
            Cv2.Resize(frame, small, new Size(320, 240)); // the embedded broker keeps 5 MB a partition
            Cv2.ImEncode(".jpg", small, out byte[] jpeg, new ImageEncodingParam(ImwriteFlags.JpegQuality, 70));
            frames.Add(jpeg);
        }

        return frames;
    }

    private static List<byte[]> SpeechChunks()
    {
        List<byte[]> chunks = [];
        foreach (string file in Directory.GetFiles(Speech, "*.wav").Order(StringComparer.Ordinal))
        {
            using var reader = new WaveFileReader(file);
            var chunk = new byte[reader.WaveFormat.AverageBytesPerSecond * ChunkMs / 1000];
            while (reader.Read(chunk, 0, chunk.Length) == chunk.Length)
            {
                using var wav = new MemoryStream();
                using (var writer = new WaveFileWriter(wav, reader.WaveFormat)) writer.Write(chunk, 0, chunk.Length);
                chunks.Add(wav.ToArray());
            }
        }

        return chunks;
    }
}

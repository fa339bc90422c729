using System.Globalization;
using System.Security.Cryptography;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Video;
using StreamPerceiver.TestKit;
using static StreamPerceiver.Tests.Decode.Payloads;
using Decoder = StreamPerceiver.Decode.Decoder;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Segments of video, made by Segments/make.sh, with what the program ffmpeg decodes of them.</summary>
internal static class SegmentFiles
{
    /// <summary>An input that keeps the size of nearly all of these files.</summary>
    public static readonly VideoSpec Film = Camera with { Width = 64, Height = 48, MaxSpanNs = 2 * EventTime.PerSecond };

    public static readonly EventTime Start = Raw(Film, null, null).Time;

    public static byte[] Read(string name) => File.ReadAllBytes(RepositoryRoot.Path("tests", "StreamPerceiver.Tests", "Decode", "Segments", name));

    public static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".ts" => "video/mp2t",
        ".h264" => "video/h264",
        ".h265" => "video/h265",
        ".mkv" => "video/x-matroska",
        ".webm" => "video/webm",
        ".avi" => "video/x-msvideo",
        ".aac" => "audio/aac",
        _ => "video/mp4",
    };

    public static (List<VideoFrame> Frames, Rejection? Rejection) FramesOf(VideoSpec spec, string contentType, byte[] payload, long mostBytes = long.MaxValue)
    {
        List<MediaSample> samples = [];
        Rejection? rejection = new Decoder([spec], "decode", mostBytes: mostBytes).Decode(Raw(spec, contentType, payload), samples);
        return ([.. samples.Cast<VideoFrame>()], rejection);
    }

    /// <summary>Each frame's nanoseconds since the first, and the SHA-256 of its pixels.</summary>
    public static (long Time, string Sum)[] Listed(IReadOnlyList<VideoFrame> frames)
        => [.. frames.Select(frame => (frame.Time - Start, Convert.ToHexStringLower(SHA256.HashData(frame.Pixels))))];

    /// <summary>The same as ffmpeg gives it, in a format of its own (framehash).</summary>
    public static (long Time, string Sum)[] Expected(string name)
    {
        string[] lines = System.Text.Encoding.ASCII.GetString(Read($"{name}.frames")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        long[] unit = [.. lines.First(line => line.StartsWith("#tb 0: ", StringComparison.Ordinal))[7..].Split('/').Select(Number)];
        string[][] frames = [.. lines.Where(line => line[0] != '#').Select(line => line.Split(','))];
        long first = frames.Min(frame => Number(frame[2]));
        return [.. frames.Select(frame => (Nanoseconds(Number(frame[2]) - first), frame[^1].Trim()))];

        long Nanoseconds(long units) => (long)((units * unit[0] * (Int128)EventTime.PerSecond + unit[1] / 2) / unit[1]);

        static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }
}

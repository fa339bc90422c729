using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Video;

namespace StreamPerceiver.Benchmarks.Segments;

/// <summary>
/// Cuts a file of video into segments of two seconds in each container, compares every frame with that of the program ffmpeg, and the processor time with
/// that of one thread of it.
/// </summary>
internal static class SegmentsCommand
{
    private const int Rounds = 5;

    private static readonly (string Codec, string Name, string Type, string Options)[] Containers =
    [
        ("h264", "mp4", "video/mp4", "-segment_format mp4"),
        ("h264", "m4s.mp4", "video/mp4", "-segment_format mp4 -segment_format_options movflags=frag_keyframe+empty_moov+default_base_moof"),
        ("h264", "ts", "video/mp2t", "-segment_format mpegts"),
        ("h264", "mkv", "video/x-matroska", "-segment_format matroska"),
        ("h264", "h264", "video/h264", "-segment_format h264 -bsf:v h264_mp4toannexb"),
        ("mjpeg", "avi", "video/x-msvideo", "-segment_format avi"),
        ("vpx", "webm", "video/webm", "-segment_format webm"),
    ];

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A file of video, whose segments begin with key frames." };
        var codec = new Option<string>("--codec") { Description = "What it is in: h264, mjpeg, or vpx for VP8 and VP9.", DefaultValueFactory = _ => "h264" };
        var size = new Option<int>("--size") { Description = "Width and height of frames in the measured pipeline.", DefaultValueFactory = _ => 224 };
        var command = new Command("segments", "Compares segments of video with the program ffmpeg.") { file, codec, size };
        command.SetAction(parsed =>
        {
            foreach ((string Codec, string Name, string Type, string Options) container in Containers)
                if (container.Codec == parsed.GetValue(codec))
                    Compare(parsed.GetValue(file)!, container.Name, container.Type, container.Options, parsed.GetValue(size));
        });
        return command;
    }

    private static void Compare(string file, string name, string type, string options, int size)
    {
        string folder = Directory.CreateTempSubdirectory("segments-").FullName;
        try
        {
            string[] segments = Ffmpeg.Cut(file, folder, name, options);
            (int Frames, int Equal, int Times) found = (0, 0, 0);
            foreach (string segment in segments) found = Add(found, Same(segment, type));
            (double ours, double theirs) = Speed(file, segments, type, size);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-8} {segments.Length,3} segments, {found.Frames,5} frames, {found.Equal,5} equal, {found.Times,5} times equal; "
                + $"{found.Frames / ours,6:N0} frames/s and core, ffmpeg {found.Frames / theirs,6:N0}, ratio {theirs / ours:F2}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static (int, int, int) Add((int Frames, int Equal, int Times) a, (int Frames, int Equal, int Times) b)
            => (a.Frames + b.Frames, a.Equal + b.Equal, a.Times + b.Times);
    }

    // Counts the frames of ffmpeg, and those of ours that are equal to the bit or to the microsecond.
    private static (int Frames, int Equal, int Times) Same(string segment, string type)
    {
        (int width, int height) = Ffmpeg.Size(segment);
        int bytes = 3 * width * height, equal = 0, sameTimes = 0;
        List<MediaSample> samples = Decode(Of(width, height), Records.Raw(type, File.ReadAllBytes(segment)));
        byte[] expected = Ffmpeg.Frames(segment);
        double[] times = Ffmpeg.Times(segment);
        for (int i = 0; i < samples.Count && (i + 1) * bytes <= expected.Length; i++)
        {
            if (expected.AsSpan(i * bytes, bytes).SequenceEqual(((VideoFrame)samples[i]).Pixels)) equal++;
            double since = (samples[i].Time - samples[0].Time) / (double)EventTime.PerSecond;
            if (i < times.Length && Math.Abs(since - (times[i] - times[0])) < 1.5e-6) sameTimes++;
        }

        return (expected.Length / bytes, equal, sameTimes);
    }

    // The medians of rounds in turn, in seconds of a processor.
    private static (double Ours, double Theirs) Speed(string file, string[] segments, string type, int size)
    {
        RawRecord[] records = [.. segments.Select(segment => Records.Raw(type, File.ReadAllBytes(segment)))];
        var ours = new double[Rounds];
        var theirs = new double[Rounds];
        for (int round = -1; round < Rounds; round++)
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            foreach (RawRecord record in records) Decode(Of(size, size), record);
            double used = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
            double other = Ffmpeg.Decode(file, size, size);
            if (round >= 0) (ours[round], theirs[round]) = (used, other); // the first one warms up
        }

        Array.Sort(ours);
        Array.Sort(theirs);
        return (ours[Rounds / 2], theirs[Rounds / 2]);
    }

    private static List<MediaSample> Decode(VideoSpec spec, RawRecord record)
    {
        List<MediaSample> samples = [];
        if (Records.Decoder(spec).Decode(record, samples) is { } rejection) Console.WriteLine($"  {rejection.Detail}");
        return samples;
    }

    private static VideoSpec Of(int width, int height) => Records.Video with { Width = width, Height = height };
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace StreamPerceiver.Benchmarks.Segments;

/// <summary>The programs ffmpeg and ffprobe, with which segments are made and frames are compared.</summary>
internal static partial class Ffmpeg
{
    /// <summary>Cuts a file into segments of two seconds, without encoding it again. Returns their files.</summary>
    public static string[] Cut(string file, string folder, string name, string options)
    {
        Run("ffmpeg", $"-y -i \"{file}\" -an -c copy -f segment -segment_time 2 {options} \"{Path.Combine(folder, $"%03d.{name}")}\"");
        return [.. Directory.GetFiles(folder, $"*.{name}").Order(StringComparer.Ordinal)];
    }

    /// <summary>Returns all frames of a file, <c>(T, H, W, 3)</c> in RGB.</summary>
    public static byte[] Frames(string file) => Run("ffmpeg", $"-i \"{file}\" -map 0:v:0 -vsync passthrough -f rawvideo -pix_fmt rgb24 pipe:1");

    /// <summary>Returns the time of each frame in seconds, in the order in which frames are shown; empty where the file has none.</summary>
    public static double[] Times(string file)
    {
        byte[] csv = Run("ffprobe", $"-select_streams v:0 -show_entries frame=pts_time -of csv=p=0 \"{file}\"");
        string[] lines = Encoding.ASCII.GetString(csv).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => double.TryParse(line.Split(',')[0], CultureInfo.InvariantCulture, out double time) ? time : double.NaN)];
    }

    /// <summary>Returns the width and height of a file's frames.</summary>
    public static (int Width, int Height) Size(string file)
    {
        byte[] csv = Run("ffprobe", $"-select_streams v:0 -show_entries stream=width,height -of csv=p=0 \"{file}\"");
        string[] numbers = Encoding.ASCII.GetString(csv).Trim().Split('\n')[0].Split(',');
        return (int.Parse(numbers[0], CultureInfo.InvariantCulture), int.Parse(numbers[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Measures the processor seconds of one thread that decodes a file to RGB and averages it down to a size.</summary>
    public static double Decode(string file, int width, int height)
    {
        string vf = $"format=rgb24,scale={width}:{height}:flags=area";
        var start = new ProcessStartInfo("ffmpeg", $"-nostats -benchmark -threads 1 -filter_threads 1 -i \"{file}\" -an -vf {vf} -f null -")
        {
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Match used = Used().Match(process.StandardError.ReadToEnd());
        return Seconds(used.Groups[1]) + Seconds(used.Groups[2]);

        static double Seconds(Group group) => double.Parse(group.Value, CultureInfo.InvariantCulture);
    }

    private static byte[] Run(string program, string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, $"-v error {arguments}") { RedirectStandardOutput = true })!;
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}");
        return output.ToArray();
    }

    [GeneratedRegex("utime=([0-9.]+)s stime=([0-9.]+)s")]
    private static partial Regex Used();
}

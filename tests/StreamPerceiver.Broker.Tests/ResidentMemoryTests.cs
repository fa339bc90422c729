using System.Globalization;
using System.Text;
using Confluent.Kafka;
using OpenCvSharp;
using Xunit.Abstractions;

namespace StreamPerceiver.Broker.Tests;

/// <summary>
/// The worker's process reads 5 GB at full speed: photographs, small and large pieces of sound, and readings. Prints its memory over time. Takes
/// minutes and 5 GB of disk: <c>--filter Category=Long --logger "console;verbosity=detailed"</c>.
/// </summary>
[Trait("Category", "Long")]
public sealed class ResidentMemoryTests(ITestOutputHelper output)
{
    private const long BacklogBytes = 5_000_000_000;
    private const int BudgetMb = 256;
    private const int Entities = 4;
    private const int FramesPerSecond = 10;

    // The last seconds of every entity stay open.
    private const int OpenFrames = 10 * FramesPerSecond * Entities;

    [SkippableFact]
    public async Task A_backlog_of_5_GB_takes_no_more_than_the_budget()
    {
        using var bench = new Bench(realBroker: true);
        using var every = new PeriodicTimer(TimeSpan.FromSeconds(2), TimeProvider.System);
        long idleMb;
        using (WorkerProcess idle = bench.StartWorker())
        {
            while (!idle.Said.Contains("lane 1 opened", StringComparison.Ordinal)) await every.WaitForNextTickAsync();
            for (int i = 0; i < 5; i++) await every.WaitForNextTickAsync();
            idleMb = idle.MemoryMb("VmHWM");
            idle.Terminate();
        }

        long frames = Publish(bench);
        long started = TimeProvider.System.GetTimestamp();
        using WorkerProcess worker = bench.StartWorker($"--Memory:BudgetMb={BudgetMb}");
        using IConsumer<byte[], byte[]> group = new ConsumerBuilder<byte[], byte[]>(
            new ConsumerConfig { BootstrapServers = bench.Broker.BootstrapServers, GroupId = bench.Definition.Name }).Build();
        TopicPartition[] cameras = [new("machines.camera", 0), new("machines.camera", 1)];
        for (long left = frames; left > OpenFrames;)
        {
            await every.WaitForNextTickAsync();
            left = frames - group.Committed(cameras, TimeSpan.FromSeconds(30)).Sum(o => Math.Max(0, o.Offset.Value));
            output.WriteLine($"{Elapsed():F0} s: VmRSS {worker.MemoryMb("VmRSS")} MB, VmHWM {worker.MemoryMb("VmHWM")} MB, {left} frames left");
        }

        long peakMb = worker.MemoryMb("VmHWM");
        output.WriteLine($"idle {idleMb} MB, peak {peakMb} MB, budget {BudgetMb} MB, {BacklogBytes / 1e6 / Elapsed():F1} MB/s");
        worker.Terminate().ShouldBe(0, worker.Said);
        (peakMb - idleMb).ShouldBeLessThanOrEqualTo(BudgetMb * 115 / 100);

        double Elapsed() => TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Publishes it; how many frames there are.</summary>
    private static long Publish(Bench bench)
    {
        using var backlog = new Backlog(bench.Broker.BootstrapServers);
        byte[][] photographs = Photographs();
        byte[] piece = new byte[16_000 * sizeof(short)]; // a second
        byte[] longPiece = new byte[2 * 48_000 * 2 * sizeof(float)]; // two seconds, at another rate, in stereo
        long frames = 0;
        for (int second = 0; backlog.Bytes < BacklogBytes; second++)
        {
            for (int entity = 0; entity < Entities; entity++)
            {
                for (int frame = 0; frame < FramesPerSecond; frame++, frames++)
                    Add("camera", frame * 1000 / FramesPerSecond, "image/jpeg", photographs[frames % photographs.Length]);
                if (entity > 0) Add("microphone", 0, "audio/pcm;rate=16000;channels=1;format=s16le", piece);
                else if (second % 2 == 0) Add("microphone", 0, "audio/pcm;rate=48000;channels=2;format=f32le", longPiece);
                for (int ms = 0; ms < 1000; ms += 10)
                    Add("accelerometer", ms, "application/json",
                        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"x\":{Math.Sin(ms):F5},\"y\":{Math.Cos(ms):F5},\"z\":1.0}}")));

                void Add(string input, int ms, string type, byte[] payload)
                    => backlog.Add($"machines.{input}", entity % 2, $"machine-{entity}", second * 1000L + ms, type, payload);
            }
        }

        backlog.Flush();
        return frames;
    }

    private static byte[][] Photographs()
    {
        using var video = new VideoCapture("/usr/share/doc/opencv-doc/examples/data/vtest.avi");
        using var frame = new Mat();
        using var large = new Mat();
        return [.. Enumerable.Range(0, 6).Select(_ =>
        {
            video.Read(frame);
            Cv2.Resize(frame, large, new Size(1280, 720));
            Cv2.ImEncode(".jpg", large, out byte[] jpeg, new ImageEncodingParam(ImwriteFlags.JpegQuality, 98));
            return jpeg;
        })];
    }
}

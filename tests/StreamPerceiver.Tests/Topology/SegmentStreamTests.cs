using System.Text.Json.Nodes;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities.Video;
using StreamPerceiver.TestKit;
using StreamPerceiver.Tests.Decode;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Topology;

/// <summary>Segments of video through the whole stream.</summary>
public sealed class SegmentStreamTests : IDisposable
{
    private const int SegmentMs = 1500;

    private static readonly byte[] Segment = SegmentFiles.Read("h264.mp4");

    private readonly PipelineFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Segments_give_the_windows_that_their_frames_give_one_by_one()
    {
        PipelineDefinition definition = Films();
        List<VideoFrame> frames = SegmentFiles.FramesOf(SegmentFiles.Film, "video/mp4", Segment).Frames;
        IEnumerable<SourceRecord> pictures = Enumerable.Range(0, 4)
            .SelectMany(_ => frames, (i, frame) => (Time: i * SegmentMs * EventTime.PerMillisecond + (frame.Time - SegmentFiles.Start), Frame: frame))
            .Select(picture => Record(picture.Time, "image/png", Png(picture.Frame)));

        InMemoryResult bySegment = await RunAsync(definition, Segments());
        InMemoryResult byPicture = await RunAsync(definition, pictures);

        bySegment.Predictions.Count.ShouldBe(2);
        Windows(bySegment).ShouldBe(Windows(byPicture));
        bySegment.Rejections.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_segment_is_settled_once_with_its_frames_and_its_damage_is_reported_beside_them()
    {
        PipelineDefinition definition = Films();
        SourceRecord[] records = [.. Segments()];
        byte[] ts = SegmentFiles.Read("h264.ts");
        records[1] = records[1] with { Value = ts[..(ts.Length * 4 / 5)], Headers = Headers(records[1].TimestampMs * EventTime.PerMillisecond, "video/mp2t") };

        InMemoryResult result = await RunAsync(definition, records);

        RecordAccount account = RecordAccount.ByInput(result.Accounts).Single();
        account.Balances.ShouldBeTrue();
        (account.Read, account.Used, account.Held).ShouldBe((4, 2, 2)); // those of the third and fourth wait for their window
        result.Rejections.Single().Record.Offset.ShouldBe(1);
        result.Predictions.Count.ShouldBe(2);
        result.Predictions[0].Header.Inputs.Single().Coverage.ShouldBeInRange(0.8, 1);
        result.Predictions[1].Header.Inputs.Single().Coverage.ShouldBeInRange(0.5, 0.99);
    }

    private static IEnumerable<string> Windows(InMemoryResult result)
        => result.Predictions.Select(p => $"{p.Id} {p.Header.Inputs.Single().Coverage} {string.Join(' ', p.Outputs)}");

    private static IEnumerable<SourceRecord> Segments()
        => Enumerable.Range(0, 4).Select(i => Record(i * SegmentMs * EventTime.PerMillisecond, "video/mp4", Segment));

    private static Task<InMemoryResult> RunAsync(PipelineDefinition definition, IEnumerable<SourceRecord> records)
        => InMemoryRun.RunAsync(
            definition, new StubPerceiver(definition.Inputs, definition.Align.Plan.SizeNs), new BatchOptions(), Presses.Offsets(records), TimeProvider.System);

    private PipelineDefinition Films() => _file.Read(root =>
    {
        var inputs = root["inputs"]!.AsObject();
        inputs.Remove("sound");
        inputs.Remove("imu");
        JsonNode cam = inputs["cam"]!;
        (cam["width"], cam["height"], cam["frames"], cam["patch"], cam["toleranceMs"]) = (64, 48, 24, 16, 42);
    });

    private static SourceRecord Record(long ns, string contentType, byte[] payload)
        => new("t.cam", 0, 0, ns / EventTime.PerMillisecond, "press-0"u8.ToArray(), payload, Headers(ns, contentType));

    private static KeyValuePair<string, byte[]?>[] Headers(long ns, string contentType)
        => [new("content-type", System.Text.Encoding.ASCII.GetBytes(contentType)), new("ce_time", System.Text.Encoding.ASCII.GetBytes($"{new EventTime(ns)}"))];

    private static byte[] Png(VideoFrame frame)
        => Pictures.Encode(".png", 64, 48, (x, y) => frame.Pixels.AsSpan(3 * (64 * y + x), 3) is var rgb ? (rgb[0], rgb[1], rgb[2]) : default);
}

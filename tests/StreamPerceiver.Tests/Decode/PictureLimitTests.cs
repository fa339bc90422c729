using System.Text;
using OpenCvSharp;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Video;
using static StreamPerceiver.Tests.Decode.Payloads;
using Decoder = StreamPerceiver.Decode.Decoder;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Work and memory of a picture are known from its header, before anything is decoded.</summary>
public sealed class PictureLimitTests
{
    private static readonly byte[] Progressive = Encode(1024, 768, (int)ImwriteFlags.JpegProgressive, 1);

    [Fact]
    public void A_jpeg_of_many_scans_is_rejected_by_their_number()
    {
        byte[] bomb = Scans(30_000);

        Rejected(Camera, "image/jpeg", bomb).Holds(RejectionReason.TooLarge, "30010 scans", "at most 50", "inputs.camera.maxScans");
        Rejected(Camera with { RejectDamage = false }, "image/jpeg", bomb).Reason.ShouldBe(RejectionReason.TooLarge);
    }

    [Fact]
    public void An_input_may_allow_more_scans_or_fewer()
    {
        Value<VideoFrame>(Camera with { MaxScans = 10 }, "image/jpeg", Progressive);
        Rejected(Camera with { MaxScans = 9 }, "image/jpeg", Progressive).Holds(RejectionReason.TooLarge, "10 scans", "at most 9");
    }

    [Theory]
    [InlineData(".jpg", "image/jpeg")]
    [InlineData(".png", "image/png")]
    [InlineData(".webp", "image/webp")]
    [InlineData(".bmp", "image/bmp")]
    [InlineData(".tiff", "image/tiff")]
    public void A_picture_of_more_pixels_than_its_input_allows_is_rejected_by_their_number(string extension, string contentType)
    {
        byte[] picture = Pictures.Encode(extension, 24, 16, Pictures.Slope);

        Value<VideoFrame>(Camera with { MaxPixels = 384 }, contentType, picture);
        Rejected(Camera with { MaxPixels = 383 }, contentType, picture).Holds(RejectionReason.TooLarge, "24 x 16", "384 pixels", "at most 383");
    }

    // Three bytes a pixel; two bytes a coefficient, for luma and two quarters of chroma; a copy to turn it.
    [Fact]
    public void A_record_is_weighed_by_what_its_picture_takes_and_not_by_its_bytes()
    {
        const long Pixels = 1024 * 768;
        byte[] plain = Encode(1024, 768);

        Weight(plain).ShouldBeInRange(3 * Pixels, 3 * Pixels + (1 << 18));
        Weight(Progressive).ShouldBeInRange(6 * Pixels, 6 * Pixels + (1 << 18));
        Weight(Pictures.Turned(plain, 0)).ShouldBeInRange(6 * Pixels, 6 * Pixels + (1 << 18));
        Weight(Pictures.Claiming(plain, 8192, 8192)).ShouldBeInRange(3L * 8192 * 8192, 3L * 8192 * 8192 + (1 << 20));
    }

    [Fact]
    public void A_picture_that_would_take_more_than_its_part_of_the_budget_is_rejected_undecoded()
    {
        var budget = new MemoryBudget(8 << 20);
        var decoder = new Decoder([Camera], "decode", mostBytes: budget.MostDecodingBytes);

        decoder.DecodeOne(Raw(Camera, "image/jpeg", Encode(1024, 768))).Rejection.ShouldBeNull();
        decoder.DecodeOne(Raw(Camera, "image/jpeg", Progressive)).Rejection!
            .Holds(RejectionReason.TooLarge, "1024 x 768", "takes 5 MB", "at most 3 MB", "Memory:BudgetMb");
    }

    // Such a record is not decoded, so it does not weigh more than what may be.
    [Fact]
    public void A_record_beyond_the_budget_does_not_stop_the_reading()
    {
        var budget = new MemoryBudget(8 << 20);
        var admission = new Admission([Camera], new EventTimeReader([Camera], 0), new StageCounts("ingest"), mostBytes: budget.MostDecodingBytes);
        RecordAck ack = new(41, new LaneLease(budget));

        admission.Admit(Raw(Camera, "image/jpeg", Pictures.Claiming(Encode(8, 8), 60_000, 60_000)).Record, 0, ack);

        budget.BytesInUse.ShouldBeInRange(1, budget.MostDecodingBytes + (1 << 16));
    }

    [Fact]
    public void An_exception_of_a_codec_is_a_dead_letter_of_its_record()
    {
        var decoder = new Decoder([new FailingSpec()], "decode");

        foreach (string fault in new[] { nameof(OutOfMemoryException), nameof(InvalidOperationException) })
        {
            (MediaSample? value, Rejection? rejection) = decoder.DecodeOne(Raw(new FailingSpec(), "text/x-fault", Encoding.UTF8.GetBytes(fault)));
            value.ShouldBeNull("a sample that came before is not used");
            rejection!.Holds(RejectionReason.Undecodable, "decode failed", fault);
        }
    }

    [Fact]
    public void Admit_HeaderThatItsReaderFailsOn_IsLeftToTheDecoder()
        => new Admission([new FailingSpec()], new EventTimeReader([new FailingSpec()], 0), new StageCounts("ingest"))
            .Admit(Raw(new FailingSpec(), "text/x-fault", [1]).Record, 0, new RecordAck(41, new LaneLease(new MemoryBudget(1 << 30)))).Value.ShouldNotBeNull();

    private static long Weight(byte[] payload)
    {
        var budget = new MemoryBudget(1 << 30);
        var admission = new Admission([Camera], new EventTimeReader([Camera], 0), new StageCounts("ingest"));
        admission.Admit(Raw(Camera, "image/jpeg", payload).Record, 0, new RecordAck(41, new LaneLease(budget)));
        return budget.BytesInUse - payload.Length;
    }

    private static byte[] Encode(int width, int height, params int[] options)
    {
        using var mat = new Mat(height, width, MatType.CV_8UC3, new Scalar(90, 120, 30));
        Cv2.ImEncode(".jpg", mat, out byte[] jpeg, options);
        return jpeg;
    }

    // The last scan of a progressive picture, again and again.
    private static byte[] Scans(int more)
    {
        int last = Progressive.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        byte[] scan = Progressive[last..^2];
        return [.. Progressive[..^2], .. Enumerable.Repeat(scan, more).SelectMany(s => s), 0xFF, 0xD9];
    }

    private sealed record FailingSpec() : InputSpec("faults", "faults", false)
    {
        public override long WindowBytes(long windowNs) => 0;

        public override (int Tokens, int Channels) TokenShape(long windowNs) => (1, 1);

        internal override IReadOnlyList<ICodec> CreateCodecs(InputPreparation? preparation) => [new FailingCodec()];

        internal override long DecodingBytes(SourceRecord record) => throw new InvalidOperationException();

        public override string SlotRule(long windowNs) => throw new NotSupportedException();

        internal override (AlignedInput Data, double Coverage) Place(
            ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs, List<WindowSlot>? slots = null)
            => throw new NotSupportedException();

        public override IReadOnlyList<PlacedArray> PlacedArrays(long windowNs) => throw new NotSupportedException();

        public override IReadOnlyList<byte[]> ToArrays(AlignedInput data, long windowNs) => throw new NotSupportedException();

        internal override IInputTokeniser CreateTokeniser(InputPreparation? preparation) => throw new NotSupportedException();
    }

    private sealed class FailingCodec : ICodec
    {
        public IReadOnlyList<string> MediaTypes => ["text/x-fault"];

        public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
        {
            samples.Add(new VideoFrame(record.Stream, record.Time, record.Record.Offset, []));
            if (Encoding.UTF8.GetString(record.Record.Value!) == nameof(OutOfMemoryException)) _ = new byte[int.MaxValue]; // more than an array may have
            throw new InvalidOperationException();
        }
    }
}

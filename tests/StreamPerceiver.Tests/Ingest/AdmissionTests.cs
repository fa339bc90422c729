using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Ingest;

public sealed class AdmissionTests
{
    private readonly StageCounts _counts = new("ingest");
    private readonly RecordAck _ack = new(7);

    [Fact]
    public void Admit_KeyAndTime_GivesTheRecordItsPlace()
    {
        SourceRecord record = Some.Record(offset: 7, key: "Müller-3", timestampMs: 5) with { Partition = 4 };

        Envelope<RawRecord> admitted = Admit(record, input: 2);

        admitted.Value.ShouldBe(new RawRecord(new StreamKey(4, "Müller-3", 2), Some.At(5), record) { Latest = Some.At(5) });
        admitted.Ack.ShouldBeSameAs(_ack);
        (_counts.In, _counts.Rejected).ShouldBe((1, 0));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Admit_NoKey_IsRejectedWithTheRecordAndItsAck(string? key)
        => ShouldBeRejected(Some.Record(key: key), RejectionReason.MissingKey, "the record has no key, expected its entity's name");

    [Fact]
    public void Admit_BadTime_IsRejectedWithTheRecordAndItsAck()
        => ShouldBeRejected(Some.Record(headers: ("ce_time", "noon")), RejectionReason.BadEventTime, "header ce_time is 'noon'");

    [Fact]
    public void Admit_KeysThatAreNotUtf8_AreNotMixedUp()
    {
        // Two machines whose keys are plain bytes, as many producers write them.
        Envelope<RawRecord> one = Admit(Some.Record() with { Key = [0x80] }), other = Admit(Some.Record() with { Key = [0x81] });

        bool sameEntity = one.Value is not null && one.Value.Stream == other.Value?.Stream;
        sameEntity.ShouldBeFalse();
    }

    [Fact]
    public void Admit_SizesAtTheirLimits_AreTaken()
    {
        Admit(Some.Record() with { Key = [.. Enumerable.Repeat((byte)'k', 1024)] }).Value!.Stream.Entity.Length.ShouldBe(1024);
        Admit(Some.Record() with { Headers = [.. Enumerable.Repeat(Header("n", 511), 256)] }).Value.ShouldNotBeNull();
        Admit(Some.Record() with { Headers = [Header("content-type", 256)] }).Value.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(1025)]
    [InlineData(380_000)]
    [InlineData(2_000_000)]
    public void Admit_LongKey_IsRejectedWithItsLengthAndTheLimit(int bytes)
        => ShouldBeRejected(Some.Record() with { Key = new byte[bytes] }, RejectionReason.TooLarge, $"the key is {bytes} bytes, expected at most 1024");

    [Fact]
    public void Admit_ManyHeaders_AreRejectedWithTheirNumberAndTheLimit()
        => ShouldBeRejected(
            Some.Record() with { Headers = [.. Enumerable.Repeat(Header("n", 0), 257)] },
            RejectionReason.TooLarge, "the record has 257 headers, expected at most 256");

    [Theory]
    [InlineData("n", 131_072, "the headers are 131073 bytes, expected at most 131072")]
    [InlineData("ce_time", 257, "header ce_time is 257 bytes, expected at most 256")]
    [InlineData("Content-Type", 1_000, "header content-type is 1000 bytes, expected at most 256")]
    public void Admit_LongHeader_IsRejectedWithItsLengthAndTheLimit(string name, int bytes, string detail)
        => ShouldBeRejected(Some.Record() with { Headers = [Header(name, bytes)] }, RejectionReason.TooLarge, detail);

    [Fact]
    public void Admit_LongNameOfAHeader_CountsAsItsValueDoes()
        => ShouldBeRejected(
            Some.Record() with { Headers = [Header(new string('ä', 65_536), 1)] },
            RejectionReason.TooLarge, "the headers are 131073 bytes, expected at most 131072");

    [Fact]
    public void Admit_HeadersAndKey_WeighOnTheMemoryBudgetAsThePayloadDoes()
    {
        var budget = new MemoryBudget(64 << 20);
        SourceRecord record = Some.Record() with { Headers = [Header("n", 100_000)] };

        new Admission([Some.Sensor("imu")], new EventTimeReader([Some.Sensor("imu")], 0), _counts).Admit(record, 0, new RecordAck(7, new LaneLease(budget)));

        budget.BytesInUse.ShouldBeGreaterThan(100_000);
    }

    private static KeyValuePair<string, byte[]?> Header(string name, int bytes) => new(name, new byte[bytes]);

    private void ShouldBeRejected(SourceRecord record, RejectionReason reason, string detail)
    {
        Envelope<RawRecord> admitted = Admit(record);

        var rejection = admitted.Notice.ShouldBeOfType<Rejection>();
        rejection.Reason.ShouldBe(reason);
        rejection.Detail.ShouldStartWith(detail);
        rejection.Stage.ShouldBe("ingest");
        rejection.Record.ShouldBeSameAs(record);
        admitted.Ack.ShouldBeSameAs(_ack);
        _ack.Settled.ShouldBeNull(); // only the dead letter settles it
        (_counts.In, _counts.Rejected).ShouldBe((1, 1));
    }

    private Envelope<RawRecord> Admit(SourceRecord record, int input = 0)
    {
        InputSpec[] inputs = [.. Enumerable.Repeat(Some.Sensor("imu"), 3)];
        return new Admission(inputs, new EventTimeReader(inputs, 0), _counts).Admit(record, input, _ack);
    }
}

using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
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

        admitted.Value.ShouldBe(new RawRecord(new StreamKey(4, "Müller-3", 2), Some.At(5), record));
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
        => new Admission([.. Enumerable.Repeat(Some.Sensor("imu"), 3)], new EventTimeReader(0), _counts).Admit(record, input, _ack);
}

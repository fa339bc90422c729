using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Kafka.Tests;

/// <summary>Which refusals are for good, and what follows from them.</summary>
public sealed class RefusedOutputsTests
{
    private static readonly SourceRecord Source = new("imu", 0, 7, 5, "a"u8.ToArray(), new byte[2000], []);
    private static readonly Envelope<Prediction> Item =
        Envelope<Prediction>.OfNotice(new Rejection(RejectionReason.Undecodable, "no", "decode", Source), new RecordAck(7));

    private readonly TopicLimits _limits = new();

    [Theory]
    [InlineData(ErrorCode.InvalidTimestamp, true)]
    [InlineData(ErrorCode.MsgSizeTooLarge, true)]
    [InlineData(ErrorCode.InvalidRecord, true)]
    [InlineData(ErrorCode.PolicyViolation, true)]
    [InlineData(ErrorCode.NotEnoughReplicas, false)]
    [InlineData(ErrorCode.Local_TimedOut, false)]
    [InlineData(ErrorCode.Local_PurgeInflight, false)]
    [InlineData(ErrorCode.TopicAuthorizationFailed, false)] // a right may be given back, and has a message of its own
    [InlineData(ErrorCode.ProducerFenced, false)]
    public void Refusals_for_good_are_told_from_failures_that_pass(ErrorCode code, bool isPermanent)
        => RefusedOutputs.IsPermanent(new Error(code)).ShouldBe(isPermanent);

    [Fact]
    public void A_refused_time_makes_the_topics_records_carry_the_present()
    {
        _limits.Set("dead", new TopicLimit { MaxAgeMs = 1000, MaxAheadMs = 1000 });

        Refused().Replace(Item, Record(), hasPresent: false, new Error(ErrorCode.InvalidTimestamp)).ShouldBe(Item);

        _limits.Of("dead").Timestamp(500, 600).ShouldBe(600);
    }

    [Fact]
    public void A_refused_size_makes_the_topics_letters_smaller()
    {
        OutgoingRecord record = Record();

        Refused().Replace(Item, record, hasPresent: true, new Error(ErrorCode.MsgSizeTooLarge)).ShouldBe(Item);

        Refused().Fit(Item).Records[0].Bytes.ShouldBeLessThanOrEqualTo(record.Bytes / 2);
    }

    [Theory]
    [InlineData(ErrorCode.PolicyViolation, "dead does not take the dead letter of imu/0/7: ")]
    [InlineData(ErrorCode.InvalidTimestamp, "The timestamp is the present by this worker's clock, which differs from the broker's")]
    public void Any_other_refusal_takes_the_next_form(ErrorCode code, string message)
    {
        var letter = (Rejection)Refused().Replace(Item, Record(), hasPresent: true, new Error(code)).Notice!;

        letter.Refusal.ShouldNotBeNull().ShouldContain(message);
        Should.Throw<StreamPerceiverException>(
            () => Refused().Replace(Envelope<Prediction>.OfNotice(letter, Item.Ack!), Record(), hasPresent: true, new Error(code)))
            .Message.ShouldContain("imu/0/7 without its content");
    }

    private OutgoingRecord Record() => Refused().Fit(Item).Records[0];

    private RefusedOutputs Refused()
    {
        var records = new OutgoingRecords(new PublishTopics("out", "dead", null, "progress"), "g", inTransactions: true, new TopicIds());
        return new RefusedOutputs(records, _limits, NullLogger.Instance);
    }
}

using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;
using StreamPerceiver.Publish;
using Some = StreamPerceiver.TestKit.Some;

namespace StreamPerceiver.Tests.Publish;

/// <summary>What is written beside predictions and dead letters, for the next run.</summary>
public sealed class OutgoingRecordsTests
{
    private static readonly PublishTopics Topics = new("out", "dead", "late", "progress");

    private static readonly Envelope<Prediction> Rejected = Envelope<Prediction>.OfNotice(Some.Rejection(offset: 7), new RecordAck(7));

    [Fact]
    public void A_dead_letter_goes_with_the_mark_that_it_is_out()
        => Written(Rejected).ShouldBe([("dead", "a", "payload"), ("progress", "reported/imu", "7")]);

    [Fact]
    public void Without_transactions_a_dead_letter_goes_without_a_mark_since_an_earlier_one_may_not_be_out_yet()
        => Written(Rejected, inTransactions: false).Select(w => w.Topic).ShouldBe(["dead"]);

    [Fact]
    public void A_late_record_goes_to_its_own_topic_and_says_why_like_a_dead_letter()
    {
        var late = Envelope<Prediction>.OfNotice(new LateRecord("a minute behind", "align", Some.Record(offset: 8)), new RecordAck(8));

        Written(late).ShouldBe([("late", "a", "payload"), ("progress", "reported/imu", "8")]);
        var headers = Records(late)[0].Headers.ToDictionary(h => h.Key, h => Text(h.Value));
        headers["__connect.errors.exception.class.name"].ShouldBe("Late");
        headers["kafka_dlt-exception-message"].ShouldBe("a minute behind");
        OutgoingRecords.OutcomeOf(late).ShouldBe(Outcome.Late);
    }

    [Fact]
    public void Lost_records_are_a_dead_letter_of_their_partition_with_the_offsets()
    {
        var lost = Envelope<Prediction>.OfNotice(new RecordsLost(3, "imu", 7, 12), new RecordAck(7) { IsLost = true });

        Written(lost).ShouldBe(
            [("dead", "imu/3", """{"pipeline":"g","reason":"RecordsLost","topic":"imu","partition":3,"fromOffset":7,"nextOffset":12}""")]);
        var headers = Records(lost)[0].Headers.ToDictionary(h => h.Key, h => Text(h.Value));
        headers["__connect.errors.offset"].ShouldBe("7");
        headers["kafka_dlt-exception-fqcn"].ShouldBe("RecordsLost");
        headers["kafka_dlt-exception-message"].ShouldBe("imu/3: offsets 7 to 11, at most 5 records, were deleted before they were read and published");
    }

    [Fact]
    public void What_an_earlier_run_has_reported_is_not_written_again()
        => Written(Envelope<Prediction>.OfNotice(Some.Rejection(offset: 7), new RecordAck(7) { IsReported = true })).ShouldBeEmpty();

    [Fact]
    public void Where_a_restart_begins_and_who_is_forgotten_is_written_for_the_lane()
    {
        var ack = new LaneAck(new LaneLease());

        Records(Envelope<Prediction>.OfNotice(new LookbackMoved(3, "imu", 40, Some.At(0)), ack)).Single().Partition.ShouldBe(3);
        Written(Envelope<Prediction>.OfNotice(new LookbackMoved(3, "imu", 40, Some.At(0)), ack)).ShouldBe([("progress", "read-from/imu", "40")]);
        Written(Envelope<Prediction>.OfNotice(new EntityForgotten(3, "press-7"), ack)).ShouldBe([("progress", "entity/press-7", null)]);
    }

    private static IReadOnlyList<OutgoingRecord> Records(Envelope<Prediction> item, bool inTransactions = true)
        => new OutgoingRecords(Topics, "g", inTransactions).RecordsOf(item);

    private static IEnumerable<(string Topic, string? Key, string? Value)> Written(Envelope<Prediction> item, bool inTransactions = true)
        => Records(item, inTransactions).Select(r => (r.Topic, Text(r.Key), Text(r.Value)));

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
}

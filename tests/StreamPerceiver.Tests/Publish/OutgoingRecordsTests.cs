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

        var state = new ClockState(new EventTime(5), new EventTime(3), 9, [KeyValuePair.Create("press-7", new EventTime(6))]);
        var moved = Envelope<Prediction>.OfNotice(new RestartMoved(3, "imu", "imu", new RestartPoint(40, state)), ack);

        Records(moved).ShouldAllBe(r => r.Partition == 3);
        Written(moved).ShouldBe([("progress", "read-from/imu", "40"), ("progress", "clocks/imu", """[5,3,9,{"press-7":6}]""")]);
        Written(Envelope<Prediction>.OfNotice(new EntityForgotten(3, "press-7"), ack)).ShouldBe([("progress", "entity/press-7", null)]);
    }

    [Theory]
    [InlineData(KeyFormat.IntegerOf4Bytes, "FFFFFFF9")]
    [InlineData(KeyFormat.IntegerOf8Bytes, "FFFFFFFFFFFFFFF9")]
    [InlineData(KeyFormat.Utf8, "2D37")]
    public void A_prediction_and_a_poison_window_have_the_key_that_their_records_have(KeyFormat format, string key)
    {
        WindowHeader window = Some.Window("-7").Value!.Header;
        var records = new OutgoingRecords(Topics with { Keys = format }, "g", inTransactions: true, new TopicIds());

        foreach (Envelope<Prediction> item in new[]
        {
            Envelope<Prediction>.OfValue(new Prediction("g", window, new StreamPerceiver.Infer.ModelIdentity("m", "1"), []), new WindowAck([new RecordAck(0)])),
            Envelope<Prediction>.OfNotice(new PoisonWindow(RejectionReason.NotFinite, "NaN", "infer", window, null), new WindowAck([new RecordAck(0)])),
        })
        {
            IReadOnlyList<OutgoingRecord> written = records.RecordsOf(item);
            Convert.ToHexString(written[0].Key!).ShouldBe(key);
            Text(written[0].Value)!.ShouldContain("\"entity\":\"-7\"");
            Text(written[1].Key).ShouldBe("entity/-7");
        }
    }

    [Fact]
    public void Offsets_go_with_the_id_of_their_topic_and_a_run_without_transactions_strikes_off_what_it_will_not_keep()
    {
        var ids = new TopicIds();
        ids.Set(new Dictionary<string, string> { ["imu"] = "Uw" });
        var moved = Envelope<Prediction>.OfNotice(new RestartMoved(3, "imu", "imu", new RestartPoint(40, ClockState.Empty)), new LaneAck(new LaneLease()));

        var committed = new OutgoingRecords(Topics, "g", inTransactions: true, ids).CommittedOf("imu", 3, 41);
        (committed.Topic, committed.Partition, Text(committed.Key), Text(committed.Value)).ShouldBe(("progress", 3, "committed/imu", "41 Uw"));
        new OutgoingRecords(Topics, "g", inTransactions: false, ids).RecordsOf(moved).Select(r => (Text(r.Key), Text(r.Value)))
            .ShouldBe([("read-from/imu", "40 Uw"), ("clocks/imu", ClockState.Empty.ToJson()), ("committed/imu", null)]);
    }

    private static IReadOnlyList<OutgoingRecord> Records(Envelope<Prediction> item, bool inTransactions = true)
        => new OutgoingRecords(Topics, "g", inTransactions, new TopicIds()).RecordsOf(item);

    private static IEnumerable<(string Topic, string? Key, string? Value)> Written(Envelope<Prediction> item, bool inTransactions = true)
        => Records(item, inTransactions).Select(r => (r.Topic, Text(r.Key), Text(r.Value)));

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
}

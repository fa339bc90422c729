using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Interpret;
using StreamPerceiver.Outputs.Labels;
using StreamPerceiver.Publish;
using Some = StreamPerceiver.TestKit.Some;

namespace StreamPerceiver.Tests.Publish;

/// <summary>What is written of an item when a topic does not take its first form.</summary>
public sealed class OutgoingFormsTests
{
    private static readonly PublishTopics Topics = new("out", "dead", "late", "progress");

    private static readonly WindowHeader Window = new(3, "press-7", Some.At(0), Some.At(1000), CloseReason.Watermark, []);

    private readonly TopicLimits _limits = new();
    private readonly List<string> _refused = [];

    [Fact]
    public void A_topic_that_takes_everything_gets_the_first_form()
    {
        OutgoingItem item = Fit(Predicted());

        (item.Records[0].Topic, item.Outcome, _refused.Count).ShouldBe(("out", Outcome.Used, 0));
    }

    [Fact]
    public void A_prediction_that_is_too_large_is_a_dead_letter_of_its_window_with_the_sizes()
    {
        long bytes = Fit(Predicted()).Records[0].Bytes;
        _limits.Set("out", new TopicLimit { MaxBytes = bytes - 1 });

        OutgoingItem item = Fit(Predicted());

        string detail = $"out does not take the prediction of 'press-7', window to {Window.End}: "
            + $"it has {bytes} bytes, expected at most {bytes - 1} (max.message.bytes)";
        (item.Records[0].Topic, Text(item.Records[0].Key), item.Outcome).ShouldBe(("dead", "press-7", Outcome.Rejected));
        (Header(item, "kafka_dlt-exception-fqcn"), Header(item, "kafka_dlt-exception-message")).ShouldBe(("OutputRefused", detail));
        (item.Records[1].Topic, Text(item.Records[1].Key)).ShouldBe(("progress", "entity/press-7")); // the window counts as published
        _refused.ShouldBe([detail]);
        item.Item.Ack.ShouldNotBeNull();
    }

    [Fact]
    public void A_letter_that_is_too_large_is_cut_to_half_of_what_the_topic_takes_and_tells_so()
    {
        _limits.Set("dead", new TopicLimit { MaxBytes = 10_000 });
        SourceRecord large = Some.Record(offset: 7) with { Value = [.. Enumerable.Range(0, 20_000).Select(i => (byte)i)] };

        OutgoingRecord letter = Fit(Rejected(large)).Records[0];

        letter.Bytes.ShouldBeInRange(4_900, 5_000);
        letter.Value.ShouldBe(large.Value![..letter.Value!.Length]);
        Header(letter, "streamperceiver.cut").ShouldBe($"value: {letter.Value!.Length} of 20000 bytes are here");
        letter.Key.ShouldBe(large.Key);
        _refused.ShouldBeEmpty(); // a letter that is cut is still a letter
    }

    [Fact]
    public void A_late_record_is_cut_in_the_same_way()
    {
        _limits.Set("late", new TopicLimit { MaxBytes = 10_000 });

        OutgoingItem item = Fit(Late(Some.Record(offset: 7) with { Value = new byte[20_000] }));

        (item.Records[0].Topic, item.Outcome).ShouldBe(("late", Outcome.Late));
        item.Records[0].Bytes.ShouldBeInRange(4_900, 5_000);
    }

    [Fact]
    public void A_letter_without_a_key_gets_its_place_as_key_where_the_topic_needs_one()
    {
        _limits.Set("dead", new TopicLimit { NeedsKey = true });

        OutgoingRecord keyless = Fit(Rejected(Some.Record(offset: 7) with { Key = null })).Records[0], keyed = Fit(Rejected(Some.Record(offset: 7))).Records[0];

        (Text(keyless.Key), Text(keyless.Value), Header(keyless, "streamperceiver.cut")).ShouldBe(("imu/0/7", "payload", "key: the record has none"));
        Text(keyed.Key).ShouldBe("a");
    }

    [Fact]
    public void A_letter_whose_headers_are_too_large_goes_with_headers_of_its_own_alone()
    {
        _limits.Set("dead", new TopicLimit { MaxBytes = 10_000 });
        SourceRecord large = Some.Record(offset: 7) with { Headers = [new("x", new byte[12_000])] };

        OutgoingItem item = Fit(Rejected(large));

        (Text(item.Records[0].Key), item.Outcome).ShouldBe(("a", Outcome.Rejected));
        Text(item.Records[0].Value).ShouldStartWith("""{"pipeline":"g","reason":"Undecodable","detail":"no","refused":"dead does not take""");
        Header(item, "__connect.errors.offset").ShouldBe("7");
        Header(item, "kafka_dlt-exception-fqcn").ShouldBe("Undecodable");
        Header(item, "streamperceiver.cut").ShouldStartWith("key, value and headers are not here: dead does not take the dead letter of imu/0/7: it has ");
        item.Records[0].Bytes.ShouldBeLessThan(4_000);
        Text(item.Records[1].Key).ShouldBe("reported/imu");
    }

    [Fact]
    public void Refused_again_and_again_an_item_ends_as_headers_alone_and_then_stops_the_pipeline()
    {
        var records = new OutgoingRecords(Topics, "g", inTransactions: true, new TopicIds());
        foreach ((Envelope<Prediction> item, string[] forms) in new[]
        {
            (Predicted(), new[] { "dead OutputRefused", "dead OutputRefused cut" }),
            (Late(Some.Record(offset: 7)), ["dead OutputRefused", "dead OutputRefused cut"]),
            (Rejected(Some.Record(offset: 7)), ["dead Undecodable cut"]),
        })
        {
            Envelope<Prediction> next = item;
            List<string> found = [];
            var end = Should.Throw<StreamPerceiverException>(() =>
            {
                while (true)
                {
                    next = records.NextForm(next, records.RecordsOf(next)[0].Topic, "a policy forbids it", _refused.Add);
                    OutgoingRecord record = records.RecordsOf(next)[0];
                    string cut = record.Headers.Any(h => h.Key == "streamperceiver.cut") ? " cut" : "";
                    found.Add($"{record.Topic} {Header(record, "kafka_dlt-exception-fqcn")}{cut}");
                }
            });
            found.ShouldBe(forms);
            end.Message.ShouldStartWith("dead does not take the dead letter of ");
            end.Message.ShouldEndWith(": a policy forbids it. There is no smaller form of it: change the topic's settings, and start again");
        }
    }

    [Fact]
    public void Progress_that_is_refused_stops_the_pipeline_since_nothing_can_stand_for_it()
        => Should.Throw<StreamPerceiverException>(
            () => new OutgoingRecords(Topics, "g", inTransactions: true, new TopicIds()).NextForm(Predicted(), "progress", "no", _refused.Add))
            .Message.ShouldStartWith($"progress does not take the progress stored with the prediction of 'press-7', window to {Window.End}: no.");

    private OutgoingItem Fit(Envelope<Prediction> item)
        => new OutgoingRecords(Topics, "g", inTransactions: true, new TopicIds()).Fit(item, _limits, _refused.Add);

    private static Envelope<Prediction> Predicted() => Envelope<Prediction>.OfValue(
        new Prediction("g", Window, new ModelIdentity("m", "1"), [new LabelsReading("state", [("x", 0.5f)])]), new RecordAck(1));

    private static Envelope<Prediction> Rejected(SourceRecord record)
        => Envelope<Prediction>.OfNotice(new Rejection(RejectionReason.Undecodable, "no", "decode", record), new RecordAck(7));

    private static Envelope<Prediction> Late(SourceRecord record)
        => Envelope<Prediction>.OfNotice(new LateRecord("a minute behind", "align", record), new RecordAck(7));

    private static string Header(OutgoingItem item, string name) => Header(item.Records[0], name);

    private static string Header(OutgoingRecord record, string name) => Text(record.Headers.Last(h => h.Key == name).Value);

    private static string Text(byte[]? bytes) => Encoding.UTF8.GetString(bytes!);
}

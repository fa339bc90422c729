using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Ingest;

/// <summary>Several inputs that read one topic: which record is whose, and what they share.</summary>
public sealed class TopicInputsTests
{
    private const int Lane = 3;

    private readonly Intake _intake = new(
        [Part("p1"), Part("t1"), Some.Sensor("z")],
        new IntakeOptions { SpanNs = 100 * Some.Ms, ScarceAheadNs = 100 * Some.Ms, IdleAfterNs = 10 * Some.Ms, FlushAfterNs = 0, MaxFutureNs = 0 },
        new StageCounts("ingest"),
        new MemoryBudget(1 << 20));

    [Theory]
    [InlineData("""{"sensor":"t1","value":1}""", 0)]
    [InlineData("""{"value":[1,{"sensor":"p1"}],"sensor":"t1"}""", 0)]
    [InlineData("""{"sensor":"\u00741"}""", 0)]
    [InlineData("""{"sensor":"t1"} and no more of it is read""", 0)]
    [InlineData("""{"sensor":"T1"}""", -1)]
    [InlineData("""{"sensor":null}""", -1)]
    [InlineData("""{"sensor":["t1"]}""", -1)]
    [InlineData("""{"value":1}""", -1)]
    [InlineData("""{"meta":{"id":7}}""", 1)]
    [InlineData("""{"meta":{"id":7.0}}""", -1)]
    [InlineData("""{"meta":5,"meta.id":"7"}""", 1)]
    [InlineData("""{"meta":{"other":{"id":1}},"meta.id":7}""", 1)]
    [InlineData("""{"on":true}""", 2)]
    public void A_record_belongs_to_the_first_input_whose_where_it_meets(string json, int place)
    {
        TopicInputs topic = Topic(new Where(null, "sensor", "t1"), new Where(null, "meta.id", "7"), new Where(null, "on", "true"));

        topic.PlaceOf(Record(json), out string? problem).ShouldBe(place);

        problem.ShouldBeNull();
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[1]")]
    [InlineData("")]
    [InlineData("""{"a":1""")]
    [InlineData("""{"sensor":"\ud800"}""")]
    public void A_value_that_should_have_the_field_and_is_no_json_is_nobodys_and_tells_why(string json)
    {
        Topic(new Where(null, "sensor", "t1")).PlaceOf(Record(json), out string? problem).ShouldBe(-1);

        problem.ShouldStartWith("the value is not JSON, expected an object with sensor: ");
    }

    [Fact]
    public void A_header_decides_in_any_case_of_its_name_and_whatever_the_value_is()
    {
        TopicInputs topic = Topic(new Where("type", null, "t1"), new Where(null, "sensor", "t1"));

        topic.PlaceOf(Record("?", ("Type", "t1")), out string? problem).ShouldBe(0);
        problem.ShouldBeNull();
        topic.PlaceOf(Record("""{"sensor":"t1"}""", ("Type", "t2")), out _).ShouldBe(1);
    }

    [Fact]
    public void Records_are_counted_for_their_input_and_those_of_none_for_the_topic()
    {
        _intake.OpenLane(Lane);
        foreach ((long offset, string to) in new[] { (0L, "t1"), (1, "p1"), (2, "x"), (3, "t1") }) Take(offset, to);

        Envelope<RawRecord>[] run = [.. _intake.TakeRun().Where(e => e.Value is not null)];
        run.Select(e => e.Value!.Stream.Input).ShouldBe([1, 0, 1]);
        run[1].Ack!.Release(Outcome.Used);
        run[0].Ack!.Release(Outcome.Late);

        _intake.CommittableOffsets().ShouldBe([new PartitionOffset("all", Lane, 3)]);
        _intake.Accounts.ShouldBe(
        [
            new RecordAccount("all", Lane, 1, 0, 0, 0, 1, 0), new RecordAccount("p1", Lane, 1, 1, 0, 0, 0, 0),
            new RecordAccount("t1", Lane, 2, 0, 1, 0, 0, 1), new RecordAccount("z", Lane, 0, 0, 0, 0, 0, 0),
        ]);
    }

    [Fact]
    public void What_is_no_json_is_a_dead_letter_once()
    {
        var intake = new Intake(
            [.. new[] { "a", "b" }.Select(name => Some.Sensor(name) with { Topic = "all", Where = new Where(null, "id", name) })],
            new IntakeOptions { SpanNs = 1, ScarceAheadNs = 1, IdleAfterNs = 1, FlushAfterNs = 0, MaxFutureNs = 0 },
            new StageCounts("ingest"),
            new MemoryBudget(1 << 20));
        intake.OpenLane(0);

        intake.TakeRecord(Record("?"));

        intake.TakeRun().Select(e => e.Notice).OfType<Rejection>().Single().Reason.ShouldBe(RejectionReason.Undecodable);
    }

    [Fact]
    public void An_end_and_a_commit_of_the_topic_are_those_of_all_its_inputs()
    {
        _intake.OpenLane(Lane);
        Take(0, "t1");
        _intake.TakeRun();

        _intake.NoteCommitted([new PartitionOffset("all", Lane, 0)]);
        _intake.ConfirmAllSilent();

        Notice?[] notices = [.. _intake.TakeRun().Select(e => e.Notice)];
        notices.OfType<OffsetCommitted>().ShouldBe([new OffsetCommitted(Lane, 0, 0, true), new OffsetCommitted(Lane, 1, 0, false)]);
        notices.OfType<ReadToEnd>().Select(r => r.Input).ShouldBe([0, 1, 2]);
    }

    [Fact]
    public void Each_input_of_a_topic_begins_where_its_own_alignment_needs()
    {
        var progress = new LaneProgress();
        progress.TryAdd("read-from/all/t1", "10");
        progress.TryAdd("read-from/all/p1", "20");
        PartitionState[] states = [new(40, LogStart: 0), new(5, LogStart: 0)];

        _intake.PartitionsOf([Lane]).ShouldBe([new SourcePartition("all", Lane), new SourcePartition("z", Lane)]);
        _intake.OpenLane(Lane, progress, states).ShouldBe([10, 5]);
        foreach ((long offset, string to) in new[] { (10L, "p1"), (11, "t1"), (20, "p1"), (40, "p1") }) Take(offset, to);

        Envelope<RawRecord>[] run = [.. _intake.TakeRun().Where(e => e.Value is not null)];
        run.Select(e => (((RecordAck)e.Ack!).Offset, ((RecordAck)e.Ack).IsLookback)).ShouldBe([(11, true), (20, true), (40, false)]);
    }

    private static InputSpec Part(string name) => Some.Sensor(name) with { Topic = "all", Where = new Where("to", null, name) };

    private static TopicInputs Topic(params Where[] wheres) => new("all", [.. wheres.Select((where, i) => (i, (Where?)where))]);

    private static SourceRecord Record(string value, params (string Name, string Text)[] headers) => new(
        "all", 0, 0, 0, "a"u8.ToArray(), Encoding.UTF8.GetBytes(value),
        [.. headers.Select(h => KeyValuePair.Create(h.Name, (byte[]?)Encoding.UTF8.GetBytes(h.Text)))]);

    private void Take(long offset, string to) => _intake.TakeRecord(Record("?", ("to", to)) with { Partition = Lane, Offset = offset });
}

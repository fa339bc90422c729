using System.Globalization;
using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;

namespace StreamPerceiver.Publish;

/// <summary>Makes the records to write of the items that leave the graph, in the order in which they must be stored.</summary>
/// <param name="topics">The topics to write to.</param>
/// <param name="pipeline">The pipeline's name, which is its consumer group. Dead letters have it in their headers.</param>
/// <param name="inTransactions">
/// Whether the records are written in transactions. Only with transactions does a stored mark prove that all earlier dead letters of a partition are
/// stored. Without transactions no mark is written.
/// </param>
/// <param name="topicIds">The ids of the inputs' topics.</param>
public sealed partial class OutgoingRecords(PublishTopics topics, string pipeline, bool inTransactions, TopicIds topicIds)
{
    /// <summary>Makes the records of an item, with their progress record. Returns none where an earlier run has written them.</summary>
    public IReadOnlyList<OutgoingRecord> RecordsOf(Envelope<Prediction> item)
    {
        if (item.Value is { } prediction)
        {
            // A reader that sees the prediction finds what it refers to, also without transactions.
            IEnumerable<OutgoingRecord> outputs = OutputRecord.From(prediction, topics.Keys);
            OutgoingRecord record = PredictionRecord.From(prediction, topics.Predictions, topics.Keys, topics.IsStructured, topics.Format);
            return [.. outputs, record, Emitted(prediction.Header)];
        }

        return item.Notice switch
        {
            RestartMoved moved => [.. RestartPointOf(moved)],
            EntityForgotten forgotten => [Progress(forgotten.Lane, ProgressKey.Entity, forgotten.Entity, null)],
            PoisonWindow poison => [LetterOf(poison), Emitted(poison.Window)],
            RecordsLost lost => [DeadLetterRecord.From(lost, topics.DeadLetters, pipeline)],
            _ when item.Ack is RecordAck { IsReported: true } => [],
            Rejection rejection => Reported(LetterOf(rejection), rejection.Record),
            LateRecord late => Reported(DeadLetterRecord.From(late, topics.Late!, pipeline), late.Record),
            _ => throw new InvalidOperationException($"the last stage does not take {item.Notice}"),
        };
    }

    /// <summary>Returns the outcome of an item's source records once the item is stored.</summary>
    public static Outcome OutcomeOf<T>(Envelope<T> item) where T : class => item.Notice switch
    {
        null => Outcome.Used,
        LateRecord => Outcome.Late,
        DeadLetter => Outcome.Rejected,
        _ => Outcome.Skipped, // a notice that shares a record's ack: the record's own outcome counts
    };

    /// <summary>Makes the progress record of an offset that the same transaction commits.</summary>
    public OutgoingRecord CommittedOf(string topic, int lane, long offset) => Mark(ProgressKey.Committed, topic, lane, offset);

    private OutgoingRecord Emitted(WindowHeader window) => Progress(window.Lane, ProgressKey.Entity, window.Entity, Text(window.End.Nanoseconds));

    private OutgoingRecord LetterOf(PoisonWindow poison) => poison.Refusal is null
        ? DeadLetterRecord.From(poison, topics.DeadLetters, pipeline, topics.Keys)
        : ReducedLetter.From(poison, topics.DeadLetters, pipeline, topics.Keys);

    private OutgoingRecord LetterOf(Rejection rejection) => rejection.Refusal is null
        ? DeadLetterRecord.From(rejection, topics.DeadLetters, pipeline)
        : ReducedLetter.From(rejection, topics.DeadLetters, pipeline);

    private IReadOnlyList<OutgoingRecord> Reported(OutgoingRecord letter, SourceRecord about)
        => inTransactions ? [letter, Mark(ProgressKey.Reported, about.Topic, about.Partition, about.Offset)] : [letter];

    private IEnumerable<OutgoingRecord> RestartPointOf(RestartMoved moved)
    {
        if (moved.Point.Offset is { } offset) yield return Mark(ProgressKey.ReadFrom, moved.Topic, moved.Lane, offset, moved.Stream);
        yield return Progress(moved.Lane, ProgressKey.Clocks, moved.Stream, moved.Point.State.ToJson());
        if (!inTransactions) yield return Progress(moved.Lane, ProgressKey.Committed, moved.Topic, null); // of a run with transactions; it is soon wrong
    }

    private OutgoingRecord Mark(string kind, string topic, int lane, long offset, string? stream = null)
        => Progress(lane, kind, stream ?? topic, topicIds.Of(topic) is { } id ? $"{Text(offset)} {id}" : Text(offset));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private OutgoingRecord Progress(int lane, string kind, string name, string? value)
        => new(topics.Progress, ProgressKey.Encode(kind, name), value is null ? null : Encoding.UTF8.GetBytes(value)) { Partition = lane };
}

using System.Globalization;
using System.Text;
using Confluent.Kafka;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;

namespace StreamPerceiver.Publish;

/// <summary>What leaves the graph, on the wire: records, in the order in which they are to be stored, and what becomes of the inputs behind them.</summary>
internal sealed class OutgoingRecords(PublishOptions options, string consumerGroup)
{
    /// <summary>What is to be stored, with the progress that goes with it; nothing where that was done before a restart.</summary>
    public IReadOnlyList<(TopicPartition To, Message<byte[]?, byte[]?> Record)> Of(Envelope<Prediction> item)
    {
        if (item.Value is { } prediction)
        {
            WindowHeader window = prediction.Header;
            Message<byte[]?, byte[]?> record = PredictionRecord.Of(prediction)!;
            return [(Anywhere(options.PredictionTopic), record), Progress(window.Lane, ProgressKey.Entity, window.Entity, window.End.Nanoseconds)];
        }

        return item.Notice switch
        {
            LookbackMoved moved => [Progress(moved.Lane, ProgressKey.ReadFrom, moved.Topic, moved.Offset)],
            EntityForgotten forgotten => [Progress(forgotten.Lane, ProgressKey.Entity, forgotten.Entity, null)],
            _ when item.Ack is RecordAck { IsReported: true } => [],
            Rejection rejection => [(Anywhere(options.DeadLetterTopic), DeadLetterRecord.Of(rejection, consumerGroup)), Reported(rejection.Record)],
            LateRecord late => [(Anywhere(options.LateTopic!), DeadLetterRecord.Of(late, consumerGroup)), Reported(late.Record)],
            _ => throw new InvalidOperationException($"{item.Notice} is not for the last stage"),
        };
    }

    /// <summary>What becomes of the records behind it once it is stored.</summary>
    public static Outcome OutcomeOf(Envelope<Prediction> item) => item.Notice switch
    {
        null => Outcome.Used,
        LateRecord => Outcome.Late,
        Rejection => Outcome.Rejected,
        _ => Outcome.Skipped, // news that came with a record: the record's own outcome counts
    };

    private (TopicPartition To, Message<byte[]?, byte[]?> Record) Reported(SourceRecord record)
        => Progress(record.Partition, ProgressKey.Reported, record.Topic, record.Offset);

    private (TopicPartition To, Message<byte[]?, byte[]?> Record) Progress(int lane, string kind, string name, long? value) => (
        new TopicPartition(options.ProgressTopic, lane),
        new Message<byte[]?, byte[]?> { Key = ProgressKey.Of(kind, name), Value = value is { } number ? Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)) : null });

    private static TopicPartition Anywhere(string topic) => new(topic, Partition.Any);
}

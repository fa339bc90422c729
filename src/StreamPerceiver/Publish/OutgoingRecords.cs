using System.Globalization;
using System.Text;
using Confluent.Kafka;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;

namespace StreamPerceiver.Publish;

/// <summary>What leaves the graph, on the wire: records, in the order in which they are to be stored, and what becomes of the inputs behind them.</summary>
/// <param name="options">Where to write.</param>
/// <param name="consumerGroup">The group that reads, as dead letters name it.</param>
/// <param name="atOnce">Whether all of it becomes visible at once: only then does what is out of a partition's later records speak for the earlier ones.</param>
public sealed class OutgoingRecords(PublishOptions options, string consumerGroup, bool atOnce)
{
    /// <summary>What is to be stored, with the progress that goes with it; nothing where that was done before a restart.</summary>
    public IReadOnlyList<(TopicPartition To, Message<byte[]?, byte[]?> Record)> Of(Envelope<Prediction> item)
    {
        if (item.Value is { } prediction)
        {
            Message<byte[]?, byte[]?> record = PredictionRecord.Of(prediction)!;
            return [(Anywhere(options.PredictionTopic), record), Out(prediction.Header)];
        }

        return item.Notice switch
        {
            LookbackMoved moved => [Progress(moved.Lane, ProgressKey.ReadFrom, moved.Topic, moved.Offset)],
            EntityForgotten forgotten => [Progress(forgotten.Lane, ProgressKey.Entity, forgotten.Entity, null)],
            PoisonWindow poison => [(Anywhere(options.DeadLetterTopic), DeadLetterRecord.Of(poison, consumerGroup)), Out(poison.Window)],
            _ when item.Ack is RecordAck { IsReported: true } => [],
            Rejection rejection => Report(options.DeadLetterTopic, DeadLetterRecord.Of(rejection, consumerGroup), rejection.Record),
            LateRecord late => Report(options.LateTopic!, DeadLetterRecord.Of(late, consumerGroup), late.Record),
            _ => throw new InvalidOperationException($"{item.Notice} is not for the last stage"),
        };
    }

    /// <summary>What becomes of the records behind it once it is stored.</summary>
    public static Outcome OutcomeOf(Envelope<Prediction> item) => item.Notice switch
    {
        null => Outcome.Used,
        LateRecord => Outcome.Late,
        DeadLetter => Outcome.Rejected,
        _ => Outcome.Skipped, // news that came with a record: the record's own outcome counts
    };

    private (TopicPartition To, Message<byte[]?, byte[]?> Record) Out(WindowHeader window) => Progress(window.Lane, ProgressKey.Entity, window.Entity, window.End.Nanoseconds);

    private IReadOnlyList<(TopicPartition To, Message<byte[]?, byte[]?> Record)> Report(string topic, Message<byte[]?, byte[]?> letter, SourceRecord about)
        => atOnce ? [(Anywhere(topic), letter), Progress(about.Partition, ProgressKey.Reported, about.Topic, about.Offset)] : [(Anywhere(topic), letter)];

    private (TopicPartition To, Message<byte[]?, byte[]?> Record) Progress(int lane, string kind, string name, long? value) => (
        new TopicPartition(options.ProgressTopic, lane),
        new Message<byte[]?, byte[]?> { Key = ProgressKey.Of(kind, name), Value = value is { } number ? Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)) : null });

    private static TopicPartition Anywhere(string topic) => new(topic, Partition.Any);
}

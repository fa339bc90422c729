using System.Globalization;
using System.Text;
using Confluent.Kafka;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;

namespace StreamPerceiver.Publish;

/// <summary>What a prediction or a rejection is on the wire: records, in the order in which they are to be stored, and what becomes of its inputs.</summary>
internal sealed class OutgoingRecords(PublishOptions options, string consumerGroup)
{
    /// <summary>A prediction and its entity's progress, or a dead letter.</summary>
    public IReadOnlyList<(TopicPartition To, Message<byte[]?, byte[]?> Record)> Of(Envelope<Prediction> item)
    {
        if (item.Value is not { } prediction)
            return [(new TopicPartition(options.DeadLetterTopic, Partition.Any), DeadLetterRecord.Of((Rejection)item.Notice!, consumerGroup))];
        Message<byte[]?, byte[]?> record = PredictionRecord.Of(prediction)!;
        var progress = new Message<byte[]?, byte[]?>
        {
            Key = record.Key,
            Value = Encoding.UTF8.GetBytes(prediction.Header.End.Nanoseconds.ToString(CultureInfo.InvariantCulture)),
        };
        return [(new TopicPartition(options.PredictionTopic, Partition.Any), record), (new TopicPartition(options.ProgressTopic, prediction.Header.Lane), progress)];
    }

    /// <summary>What becomes of the records behind it once it is stored.</summary>
    public static Outcome OutcomeOf(Envelope<Prediction> item) => item.Value is null ? Outcome.Rejected : Outcome.Used;
}

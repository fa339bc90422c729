using System.Globalization;
using System.Text;
using Confluent.Kafka;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;

namespace StreamPerceiver.Publish;

/// <summary>What a prediction or a rejection is on the wire: records, in the order in which they are to be stored, and what becomes of its inputs.</summary>
internal sealed class OutgoingRecords(PublishOptions options, string consumerGroup)
{
    /// <summary>What is said of a window and its entity's progress, or the dead letter of a record.</summary>
    public IReadOnlyList<(TopicPartition To, Message<byte[]?, byte[]?> Record)> Of(Envelope<Prediction> item) => (item.Value, item.Notice) switch
    {
        ({ } prediction, _) => [To(options.PredictionTopic, PredictionRecord.Of(prediction)!), Progress(prediction.Header)],
        (_, PoisonWindow poison) => [To(options.DeadLetterTopic, DeadLetterRecord.Of(poison, consumerGroup)), Progress(poison.Window)],
        (_, var rejection) => [To(options.DeadLetterTopic, DeadLetterRecord.Of((Rejection)rejection!, consumerGroup))],
    };

    /// <summary>What becomes of the records behind it once it is stored.</summary>
    public static Outcome OutcomeOf(Envelope<Prediction> item) => item.Value is null ? Outcome.Rejected : Outcome.Used;

    private static (TopicPartition, Message<byte[]?, byte[]?>) To(string topic, Message<byte[]?, byte[]?> record)
        => (new TopicPartition(topic, Partition.Any), record);

    private (TopicPartition, Message<byte[]?, byte[]?>) Progress(WindowHeader window)
        => (new TopicPartition(options.ProgressTopic, window.Lane), new Message<byte[]?, byte[]?>
        {
            Key = Encoding.UTF8.GetBytes(window.Entity),
            Value = Encoding.UTF8.GetBytes(window.End.Nanoseconds.ToString(CultureInfo.InvariantCulture)),
        });
}

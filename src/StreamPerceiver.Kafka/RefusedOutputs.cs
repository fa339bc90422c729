using System.Numerics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Kafka;

/// <summary>
/// Tells the records that the brokers will never take from passing failures, and finds the form in which their items go on. What a refusal shows of a topic is
/// learnt, so the topic refuses the next such record no more. Thread-safe.
/// </summary>
/// <param name="records">Makes the records of items.</param>
/// <param name="limits">The limits of the topics.</param>
/// <param name="log">Receives the refusals: the first, the second, the fourth and so on.</param>
internal sealed class RefusedOutputs(OutgoingRecords records, TopicLimits limits, ILogger log)
{
    private long _count;

    /// <summary>Returns whether the brokers would refuse the same record again, whatever time passes.</summary>
    public static bool IsPermanent(Error error) => error.Code
        is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidMsgSize or ErrorCode.InvalidTimestamp
        or ErrorCode.InvalidRecord or ErrorCode.PolicyViolation or ErrorCode.UnsupportedForMessageFormat;

    /// <summary>Returns whether the timestamp may be what is refused: the present may then be taken.</summary>
    public static bool MayBeOfTime(Error error, bool hasPresent)
        => !hasPresent && error.Code is ErrorCode.InvalidTimestamp or ErrorCode.InvalidRecord; // the latter where a batch has several bad records

    /// <summary>Returns whether the error is that of another record in the same batch.</summary>
    public static bool IsOfCompany(Error error) => error.Code == ErrorCode.Local_InvalidDifferentRecord;

    /// <summary>Returns an item in the first of its forms that fits the topics' limits.</summary>
    /// <exception cref="StreamPerceiverException">No form fits.</exception>
    public OutgoingItem Fit(Envelope<Prediction> item) => records.Fit(item, limits, Note);

    /// <summary>Returns the item to send in place of one with a refused record. It is the same item where the topic's limits are now known better.</summary>
    /// <param name="item">The item.</param>
    /// <param name="record">The refused record.</param>
    /// <param name="hasPresent">Whether its timestamp was the present.</param>
    /// <param name="error">Why it was refused, for good.</param>
    /// <exception cref="StreamPerceiverException">There is no further form.</exception>
    public Envelope<Prediction> Replace(Envelope<Prediction> item, OutgoingRecord record, bool hasPresent, Error error)
    {
        string problem = $"{error.Reason} ({error.Code})";
        if (MayBeOfTime(error, hasPresent))
        {
            limits.LearnOnlyPresent(record.Topic);
            return item;
        }

        switch (error.Code)
        {
            case ErrorCode.InvalidTimestamp:
                problem += ". The timestamp is the present by this worker's clock, which differs from the broker's";
                break;
            case ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidMsgSize:
                limits.LearnTooLarge(record.Topic, record.Bytes);
                return item;
        }

        return records.NextForm(item, record.Topic, problem, Note);
    }

    private void Note(string refusal)
    {
        long count = Interlocked.Increment(ref _count);
        if (BitOperations.IsPow2(count)) Log.OutputRefused(log, refusal, count);
    }
}

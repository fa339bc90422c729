using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka;

/// <content>A transaction that fails.</content>
public sealed partial class TransactionalPublisher
{
    // Any failure within a transaction makes it void.
    private bool OrVoid(Func<bool> action)
    {
        try
        {
            return action();
        }
        catch (KafkaException e)
        {
            throw Void(e);
        }
        catch (StartAfreshException)
        {
            _isVoid = true;
            throw;
        }
    }

    // Rights do not come back by starting again; everything else may.
    private Exception Void(KafkaException e)
    {
        _isVoid = true;
        RefusedException? unwritable = e.Error.Code == ErrorCode.TopicAuthorizationFailed ? Unwritable() : null;
        if ((unwritable ?? e.Error.Missing(_options, topic: null)) is { } missing) return missing;
        if (e.Error.Code == ErrorCode.MsgSizeTooLarge)
        {
            string topics = string.Join(", ", _options.Topics.All.Except([_options.Topics.Progress]));
            string problem = $"one of {topics} takes no record of that size, expected max.message.bytes above that of the inputs";
            return new StreamPerceiverException($"transaction {_options.TransactionalId}: {problem}", e);
        }

        try
        {
            TimeSpan attempt = TransactionRetries.Attempt;
            if (!e.Error.IsFatal) _calls.Run("AbortTransaction", attempt, () => _producer.Value.AbortTransaction(attempt));
        }
        catch (KafkaException abort)
        {
            Log.ClientError(_log, abort.Error.Code, abort.Error.Reason); // the next producer of this id aborts it, or its time-out
        }
        catch (StartAfreshException stuck)
        {
            return stuck;
        }

        bool isFenced = e.Error.Code is ErrorCode.Local_Fenced or ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch;
        string hint = isFenced ? "; has another worker the same instance id?" : "";
        return new StartAfreshException($"transaction {_options.TransactionalId}: {e.Error.Reason} ({e.Error.Code}){hint}", e);
    }

    // The client's error does not name the topic, so the check of the start runs again.
    private RefusedException? Unwritable()
    {
        try
        {
            _probe.CheckRights(_groupAtStart!, _disposed.Token);
        }
        catch (RefusedException refused)
        {
            return refused;
        }
        catch (KafkaException e)
        {
            Log.ClientError(_log, e.Error.Code, e.Error.Reason);
        }

        return null;
    }
}

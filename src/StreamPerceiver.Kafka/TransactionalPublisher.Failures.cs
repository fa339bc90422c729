using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka;

/// <content>A transaction that fails.</content>
public sealed partial class TransactionalPublisher
{
    // Runs steps of the transaction. Where records were refused for good, it is aborted, and the steps run again. Any other failure makes it void.
    private bool Attempt(Func<bool> steps)
    {
        while (true)
        {
            try
            {
                bool done = steps();
                if (_reports.Refusals.IsEmpty) return done;
                Abort();
            }
            catch (KafkaException e)
            {
                ThrowUnlessRefused(e);
            }
            catch (StreamPerceiverException)
            {
                _isVoid = true;
                throw;
            }

            try
            {
                if (!ReplaceRefused()) return false;
            }
            catch (KafkaException e)
            {
                _isVoid = true;
                throw new StartAfreshException($"transaction {_options.TransactionalId}: {e.Error.Reason} ({e.Error.Code})", e);
            }
            catch (StreamPerceiverException)
            {
                _isVoid = true;
                throw;
            }
        }
    }

    // Rights do not come back by starting again; everything else may.
    private void ThrowUnlessRefused(KafkaException e)
    {
        _isVoid = true;
        RefusedException? unwritable = e.Error.Code == ErrorCode.TopicAuthorizationFailed ? Unwritable() : null;
        if ((unwritable ?? e.Error.Missing(_options, topic: null)) is { } missing) throw missing;
        if (!e.Error.IsFatal) Abort(); // which completes the reports
        _isVoid = _reports.Refusals.IsEmpty || e.Error.IsFatal;
        if (!_isVoid) return;
        bool isFenced = e.Error.Code is ErrorCode.Local_Fenced or ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch;
        string hint = isFenced ? "; has another worker the same instance id?" : "";
        throw new StartAfreshException($"transaction {_options.TransactionalId}: {e.Error.Reason} ({e.Error.Code}){hint}", e);
    }

    private void Abort()
    {
        try
        {
            _calls.Run("AbortTransaction", TransactionRetries.Attempt, () => Producer.AbortTransaction(TransactionRetries.Attempt));
        }
        catch (KafkaException abort)
        {
            Log.ClientError(_log, abort.Error.Code, abort.Error.Reason); // the next producer of this id aborts it, or its time-out
        }
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

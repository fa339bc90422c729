using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Ingest;

/// <summary>Checks records of any source. A record gets its entity and its event time, or the reason for its rejection.</summary>
/// <param name="inputs">The pipeline's inputs.</param>
/// <param name="times">Reads the event time.</param>
/// <param name="counts">Receives the records taken in and rejected.</param>
/// <param name="keys">The format of the keys (default: UTF-8 text).</param>
/// <param name="mostBytes">The most that decoding a record may take, in bytes (default: anything). What would take more is not decoded.</param>
public sealed class Admission(
    IReadOnlyList<InputSpec> inputs, EventTimeReader times, StageCounts counts, KeyFormat keys = KeyFormat.Utf8, long mostBytes = long.MaxValue)
{
    // The approximate bytes of an ordinary record beside its payload: objects, key, headers.
    private const int RecordBytes = 1024;

    // The approximate bytes of a header's objects.
    private const int HeaderBytes = 128;

    private readonly string[] _readHeaders =
    [
        .. inputs.Select(i => i.TimeSource).Where(s => s.Kind is EventTimeKind.Header or EventTimeKind.CloudEvents).Select(s => s.Name).Distinct(),
        SourceRecord.ContentTypeHeader,
    ];

    /// <summary>Returns the record with its stream and event time, or a rejection.</summary>
    /// <param name="record">The record.</param>
    /// <param name="input">Index of its input.</param>
    /// <param name="ack">The record's ack, which has no other holder.</param>
    /// <exception cref="StartAfreshException">The wait for a schema was ended.</exception>
    public Envelope<RawRecord> Admit(SourceRecord record, int input, RecordAck ack)
    {
        counts.CountIn();
        long headers = RecordLimits.BytesOf(record.Headers);
        long beside = (record.Key?.Length ?? 0) + headers + HeaderBytes * record.Headers.Count;
        ack.SetInFlightBytes(
            Math.Max(RecordBytes, beside) + (record.Value?.LongLength ?? 0) + Math.Min(DecodingBytes(inputs[input], record), mostBytes));
        if (RecordLimits.Exceeded(record, headers, _readHeaders) is { } tooLarge) return Reject(RejectionReason.TooLarge, tooLarge, record, ack);
        if (record.Key is not { Length: > 0 } key) return Reject(RejectionReason.MissingKey, "the record has no key, expected its entity's name", record, ack);
        if (EntityKey.Read(key, keys, out string problem) is not { } entity) return Reject(RejectionReason.BadKey, problem, record, ack);
        if (!times.TryRead(record, input, out EventTime time, out EventTime latest, out RejectionReason reason, out problem))
            return Reject(reason, problem, record, ack);
        ack.Trace = TraceContext.Of(record);
        return Envelope<RawRecord>.OfValue(new RawRecord(new StreamKey(record.Partition, entity, input), time, record) { Latest = latest }, ack);
    }

    // A header may make its reader fail. The record is then rejected where it would be decoded, and weighs its payload until then.
    private static long DecodingBytes(InputSpec input, SourceRecord record)
    {
        try
        {
            return input.DecodingBytes(record);
        }
        catch (Exception)
        {
            return 0;
        }
    }

    /// <summary>Returns the rejection of a record of which it is not known to what input it belongs.</summary>
    public Envelope<RawRecord> Refuse(string detail, SourceRecord record, RecordAck ack)
    {
        counts.CountIn();
        ack.SetInFlightBytes(RecordBytes + RecordLimits.BytesOf(record.Headers) + (record.Value?.LongLength ?? 0));
        return Reject(RejectionReason.Undecodable, detail, record, ack);
    }

    /// <summary>Returns the rejection of a record.</summary>
    /// <param name="reason">Why, from a closed set.</param>
    /// <param name="detail">The value found and what was expected.</param>
    /// <param name="record">The record.</param>
    /// <param name="ack">The record's ack, which has no other holder.</param>
    public Envelope<RawRecord> Reject(RejectionReason reason, string detail, SourceRecord record, RecordAck ack)
    {
        counts.CountRejected();
        return Envelope<RawRecord>.OfNotice(new Rejection(reason, detail, counts.Name, record), ack);
    }
}

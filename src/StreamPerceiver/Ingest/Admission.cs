using System.Text;
using System.Text.Unicode;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Ingest;

/// <summary>Checks records of any source. A record gets its entity and its event time, or the reason for its rejection.</summary>
/// <param name="inputs">The pipeline's inputs.</param>
/// <param name="times">Reads the event time.</param>
/// <param name="counts">Receives the records taken in and rejected.</param>
public sealed class Admission(IReadOnlyList<InputSpec> inputs, EventTimeReader times, StageCounts counts)
{
    // The approximate bytes of a record beside its payload: objects, key, headers.
    private const int RecordBytes = 1024;

    // While a payload is decoded it takes about this many times its size: pixels of a photograph, samples in float32 and their copies.
    private const int Expansion = 8;

    /// <summary>Returns the record with its stream and event time, or a rejection.</summary>
    /// <param name="record">The record.</param>
    /// <param name="input">Index of its input.</param>
    /// <param name="ack">The record's ack, which has no other holder.</param>
    public Envelope<RawRecord> Admit(SourceRecord record, int input, RecordAck ack)
    {
        counts.CountIn();
        ack.SetInFlightBytes(RecordBytes + Expansion * (record.Value?.LongLength ?? 0));
        if (record.Key is not { Length: > 0 } key) return Reject(RejectionReason.MissingKey, "the record has no key, expected its entity's name", record, ack);
        if (!Utf8.IsValid(key))
            return Reject(RejectionReason.BadKey, $"the key is {Convert.ToHexString(key, 0, Math.Min(key.Length, 32))}, expected UTF-8 text", record, ack);
        if (!times.TryRead(record, inputs[input], out EventTime time, out string problem)) return Reject(RejectionReason.BadEventTime, problem, record, ack);
        return Envelope<RawRecord>.OfValue(new RawRecord(new StreamKey(record.Partition, Encoding.UTF8.GetString(key), input), time, record), ack);
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

using System.Text;
using System.Text.Unicode;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Ingest;

/// <summary>Checks a record that was read: it gets its entity and its event time, or the reason why it is rejected. The same for every source.</summary>
/// <param name="inputs">The pipeline's inputs.</param>
/// <param name="times">How the event time is read.</param>
/// <param name="counts">In and rejected: records.</param>
public sealed class Admission(IReadOnlyList<InputSpec> inputs, EventTimeReader times, StageCounts counts)
{
    // About what a record takes beside its payload, in bytes: objects, key, headers.
    private const int RecordBytes = 1024;

    // A payload takes about so many times its size while it is decoded: pixels of a photograph, samples in float32 and their copies.
    private const int Expansion = 8;

    /// <summary>Returns the record with its place and time, or a rejection.</summary>
    /// <param name="record">The record.</param>
    /// <param name="input">Index of its input.</param>
    /// <param name="ack">The record's ack, which has no other holder.</param>
    public Envelope<RawRecord> Admit(SourceRecord record, int input, RecordAck ack)
    {
        counts.CountIn();
        ack.SetInFlightBytes(RecordBytes + Expansion * (record.Value?.LongLength ?? 0));
        if (record.Key is not { Length: > 0 } key) return Reject(RejectionReason.MissingKey, "the record has no key, expected its entity's name");
        if (!Utf8.IsValid(key))
            return Reject(RejectionReason.BadKey, $"the key is {Convert.ToHexString(key, 0, Math.Min(key.Length, 32))}, expected UTF-8 text");
        if (!times.TryRead(record, inputs[input], out EventTime time, out string problem)) return Reject(RejectionReason.BadEventTime, problem);
        return Envelope<RawRecord>.OfValue(new RawRecord(new StreamKey(record.Partition, Encoding.UTF8.GetString(key), input), time, record), ack);

        Envelope<RawRecord> Reject(RejectionReason reason, string detail)
        {
            counts.CountRejected();
            return Envelope<RawRecord>.OfNotice(new Rejection(reason, detail, counts.Name, record), ack);
        }
    }
}

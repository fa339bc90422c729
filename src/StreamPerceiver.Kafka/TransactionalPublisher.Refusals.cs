using System.Collections.Concurrent;
using Confluent.Kafka;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Kafka;

/// <content>
/// Records that the brokers refuse for good. The transaction is aborted, and sent again by a new client with other forms of these records. A client whose
/// records were refused keeps reporting the errors of that transaction in the next one (librdkafka 2.16).
/// </content>
public sealed partial class TransactionalPublisher
{
    private static readonly TimeSpan ReportWait = TimeSpan.FromMilliseconds(50);

    // The items of the open transaction, in their order. The first of them are with the client already.
    private readonly List<Entry> _entries = [];
    private int _sent;
    private Reports _reports = new();

    /// <summary>Hands the items that are not with the client yet to it. Returns false where a record was refused.</summary>
    private bool SendEntries()
    {
        for (; _sent < _entries.Count; _sent++)
        {
            Begin();
            Entry entry = _entries[_sent];
            if (entry.IsSuspect && !AwaitReports()) return false;
            entry.Form = _refused.Fit(entry.Item);
            foreach (OutgoingRecord record in entry.Form.Records) Produce(entry, record);
            if (entry.IsSuspect && !AwaitReports()) return false;
        }

        return _reports.Refusals.IsEmpty;
    }

    /// <summary>Waits until the fate of all records with the client is known, for the length of one try. Returns false where one was refused.</summary>
    private bool AwaitReports()
    {
        for (long since = _time.GetTimestamp(); _reports.AreMissing && _reports.Refusals.IsEmpty;)
        {
            _calls.Run("Flush", ReportWait, () => Producer.Flush(ReportWait));
            if (_time.GetElapsedTime(since) > TransactionRetries.Attempt) break; // a broker is away; the commit waits for it
        }

        return _reports.Refusals.IsEmpty;
    }

    /// <summary>Replaces the items whose records were refused, and the client. All items are sent again. Returns false when told to stop meanwhile.</summary>
    private bool ReplaceRefused()
    {
        Report[] refused = [.. _reports.Refusals];

        // A broker that refuses a batch may not tell for which of its records. Each of them is then sent alone.
        bool isCertain = refused.Length == 1 || refused.All(r => RefusedOutputs.MayBeOfTime(r.Error, r.HasPresent));
        foreach (Report refusal in refused)
        {
            if (refusal.Entry is null)
                throw new StreamPerceiverException($"{refusal.Record.Topic} does not take committed offsets: {refusal.Error.Reason} ({refusal.Error.Code})");
            if (isCertain) refusal.Entry.Item = _refused.Replace(refusal.Entry.Item, refusal.Record, refusal.HasPresent, refusal.Error);
            else refusal.Entry.IsSuspect = true;
        }

        _calls.Close(Producer.Dispose);
        (_producer, _reports, _sent, _isOpen) = (null, new Reports(), 0, false);
        return _retries.Retry("InitTransactions", Producer.InitTransactions, _disposed.Token);
    }

    /// <summary>The delivery reports of one client.</summary>
    private sealed class Reports
    {
        private int _missing;

        public ConcurrentQueue<Report> Refusals { get; } = [];

        public bool AreMissing => Volatile.Read(ref _missing) > 0;

        public void Expect() => Interlocked.Increment(ref _missing);

        public void Note(Report report)
        {
            if (RefusedOutputs.IsPermanent(report.Error)) Refusals.Enqueue(report);
            Interlocked.Decrement(ref _missing); // last: a reader that sees it sees the refusal, too
        }
    }

    /// <summary>The delivery report of a record.</summary>
    /// <param name="Entry">The record's item; null for a committed offset.</param>
    /// <param name="Record">The record.</param>
    /// <param name="HasPresent">Whether the record's timestamp was the present.</param>
    /// <param name="Error">The error.</param>
    private sealed record Report(Entry? Entry, OutgoingRecord Record, bool HasPresent, Error Error);

    private sealed class Entry(Envelope<Prediction> item)
    {
        public Envelope<Prediction> Item { get; set; } = item;

        public OutgoingItem? Form { get; set; }

        public bool IsSuspect { get; set; }

        public void Release() => Item.Ack!.Release(OutgoingRecords.OutcomeOf(Form?.Item ?? Item));
    }
}

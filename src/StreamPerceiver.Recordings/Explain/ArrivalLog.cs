using System.Collections.Concurrent;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Recordings.Explain;

/// <summary>
/// Remembers in which order records were read, until alignment has taken them. One thread notes records, another one finds them, in the order of each
/// partition.
/// </summary>
internal sealed class ArrivalLog
{
    private readonly ConcurrentDictionary<(string Topic, int Partition), ConcurrentQueue<Arrival>> _waiting = [];
    private long _count;

    /// <summary>Notes the records among events, as they are read.</summary>
    public IEnumerable<RecordedEvent> Note(IEnumerable<RecordedEvent> events)
    {
        foreach (RecordedEvent recorded in events)
        {
            if (recorded.Event is RecordRead { Record: var record })
            {
                string? type = record.Header(SourceRecord.ContentTypeHeader);
                _waiting.GetOrAdd((record.Topic, record.Partition), _ => []).Enqueue(new Arrival(
                    record.Topic, record.Partition, record.Offset, ++_count, new EventTime(recorded.TimeNs), type, record.Value?.Length ?? 0));
            }

            yield return recorded;
        }
    }

    /// <summary>Finds the arrival of a record, and forgets those that were noted before it in its partition. The same record may be found again.</summary>
    /// <exception cref="InvalidOperationException">The record was not noted, or was forgotten.</exception>
    public Arrival Find(string topic, int partition, long offset)
    {
        ConcurrentQueue<Arrival> waiting = _waiting[(topic, partition)];
        while (waiting.TryPeek(out Arrival? first))
        {
            if (first.Offset == offset) return first;
            waiting.TryDequeue(out _);
        }

        throw new InvalidOperationException($"{topic}/{partition}/{offset} was not noted");
    }
}

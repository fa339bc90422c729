using StreamPerceiver.Flow;

namespace StreamPerceiver.Recordings.Times;

/// <summary>A record of a recording that is played, perhaps several times.</summary>
/// <param name="Record">The record, with the times that it has in this loop.</param>
/// <param name="ReceivedNs">When it was received, as recorded, in nanoseconds since 1970.</param>
/// <param name="PlayedNs">The same, with the lengths of the loops before added to it.</param>
/// <param name="Loop">The number of the loop, from 0.</param>
public sealed record PlayedRecord(SourceRecord Record, long ReceivedNs, long PlayedNs, int Loop);

/// <summary>
/// Repeats a recording so that time goes on. A loop is later than the one before by the time from the earliest to the latest record, up to the next whole
/// second: that of Kafka's timestamps or of the headers' event times, whichever is longer.
/// </summary>
public static class RecordLoop
{
    /// <summary>Plays records once or several times, with their times shifted.</summary>
    /// <param name="records">The records, which are read anew in each loop.</param>
    /// <param name="loops">How often they are played; null: without end.</param>
    /// <param name="shift">Moves records in time.</param>
    /// <param name="start">The event time that the first record is to have; null: its own.</param>
    public static IEnumerable<PlayedRecord> Play(IEnumerable<RecordedRecord> records, int? loops, TimeShift shift, EventTime? start = null)
    {
        long shiftMs = 0, playedNs = 0;
        for (int loop = 0; loops is null || loop < loops; loop++)
        {
            Extent timestamps = new(), headers = new(), receipts = new();
            foreach (RecordedRecord recorded in records)
            {
                SourceRecord record = recorded.Record;
                EventTime? header = shift.HeaderTime(record);
                if (start is { } first) shiftMs = (first - (header ?? EventTime.FromUnixMilliseconds(record.TimestampMs))) / EventTime.PerMillisecond;
                start = null;
                timestamps.Note(record.TimestampMs * EventTime.PerMillisecond);
                if (header is { } time) headers.Note(time.Nanoseconds);
                receipts.Note(recorded.ReceivedNs);
                yield return new PlayedRecord(shift.Move(record, shiftMs), recorded.ReceivedNs, recorded.ReceivedNs + playedNs, loop);
            }

            if (receipts.IsEmpty) yield break;
            shiftMs += Math.Max(timestamps.ToNextSecond, headers.ToNextSecond) / EventTime.PerMillisecond;
            playedNs += receipts.ToNextSecond;
        }
    }

    // From the least to the greatest of some times.
    private sealed class Extent
    {
        private long _least = long.MaxValue, _greatest = long.MinValue;

        public bool IsEmpty => _greatest < _least;

        public long ToNextSecond => IsEmpty ? 0 : ((_greatest - _least) / EventTime.PerSecond + 1) * EventTime.PerSecond;

        public void Note(long time) => (_least, _greatest) = (Math.Min(_least, time), Math.Max(_greatest, time));
    }
}

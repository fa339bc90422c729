namespace StreamPerceiver.Recordings.Files;

/// <summary>Merges sequences that are each in the order of a time.</summary>
internal static class TimeMerge
{
    /// <summary>
    /// Reads the items of all sequences in the order of their times; of equal times, in the order of the sequences. A sequence is opened when no earlier item
    /// can come from another one, and is disposed behind its last item.
    /// </summary>
    /// <param name="sequences">The sequences, each with a time before which it has no item.</param>
    /// <param name="timeOf">Gives the time of an item.</param>
    public static IEnumerable<T> Read<T>(IEnumerable<(long Begin, Func<IEnumerable<T>> Open)> sequences, Func<T, long> timeOf)
    {
        var waiting = new Queue<(long Begin, int Number, Func<IEnumerable<T>> Open)>(
            sequences.Select((s, number) => (s.Begin, number, s.Open)).OrderBy(s => s.Begin));
        var next = new PriorityQueue<IEnumerator<T>, (long Time, int Number)>();
        try
        {
            while (next.Count > 0 || waiting.Count > 0)
            {
                while (waiting.TryPeek(out var later) && (!next.TryPeek(out _, out (long Time, int Number) first) || later.Begin <= first.Time))
                    EnqueueNext(waiting.Dequeue().Open().GetEnumerator(), later.Number);
                if (!next.TryDequeue(out IEnumerator<T>? items, out (long Time, int Number) place)) continue;
                yield return items.Current;
                EnqueueNext(items, place.Number);
            }
        }
        finally
        {
            while (next.TryDequeue(out IEnumerator<T>? items, out _)) items.Dispose();
        }

        void EnqueueNext(IEnumerator<T> items, int number)
        {
            if (items.MoveNext()) next.Enqueue(items, (timeOf(items.Current), number));
            else items.Dispose();
        }
    }
}

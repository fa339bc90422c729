using System.Threading.Tasks.Dataflow;

namespace StreamPerceiver.Flow;

/// <summary>
/// The only maker of blocks. A stage is a plain method. A block adds a bound, order, counts, and the forwarding of notices.
/// An exception of the method is a bug: it faults the block, and <see cref="Links.RunToEndAsync"/> then stops the graph.
/// </summary>
public static class Stage
{
    /// <summary>Makes a block that turns each value into one other value. Serial.</summary>
    public static IPropagatorBlock<Envelope<TIn>, Envelope<TOut>> Each<TIn, TOut>(StageCounts counts, Func<TIn, TOut> method, int capacity)
        where TIn : class where TOut : class
        => new TransformBlock<Envelope<TIn>, Envelope<TOut>>(
            item =>
            {
                if (item.Value is not { } value) return item.ForwardNotice<TOut>();
                counts.CountIn();
                Envelope<TOut> result = Envelope<TOut>.OfValue(method(value), item.Ack!);
                counts.CountOut();
                return result;
            },
            Bounded(capacity, 1));

    /// <summary>
    /// Makes a block that splits each record of a run into any number of values, or a rejection, or both. All results share the record's ack. A run moves
    /// as one message, because a message costs more than the work on a small record. Order is kept whatever the parallelism.
    /// </summary>
    /// <param name="counts">In: records. Out: values. Rejected: rejections.</param>
    /// <param name="method">Adds the values of a record to a list, and returns a rejection or null; at least one of the two.</param>
    /// <param name="capacity">Runs that may wait in the block.</param>
    /// <param name="parallelism">Runs that the block works on at once.</param>
    public static IPropagatorBlock<Envelope<TIn>[], Envelope<TOut>[]> SplitEachOfRun<TIn, TOut>(
        StageCounts counts, Func<TIn, List<TOut>, Rejection?> method, int capacity, int parallelism)
        where TIn : class where TOut : class
        => new TransformBlock<Envelope<TIn>[], Envelope<TOut>[]>(
            run =>
            {
                List<Envelope<TOut>> results = new(run.Length);
                List<TOut> values = [];
                foreach (Envelope<TIn> item in run) Split(counts, method, item, values, results);
                return [.. results];
            },
            Bounded(capacity, parallelism));

    private static void Split<TIn, TOut>(
        StageCounts counts, Func<TIn, List<TOut>, Rejection?> method, Envelope<TIn> item, List<TOut> values, List<Envelope<TOut>> results)
        where TIn : class where TOut : class
    {
        if (item.Value is not { } record)
        {
            results.Add(item.ForwardNotice<TOut>());
            return;
        }

        counts.CountIn();
        values.Clear();
        Rejection? rejection = method(record, values);
        var ack = (RecordAck)item.Ack!;
        for (int part = rejection is null ? 1 : 0; part < values.Count; part++) ack.Retain();
        foreach (TOut value in values)
        {
            counts.CountOut();
            results.Add(Envelope<TOut>.OfValue(value, ack));
        }

        if (rejection is null) return;
        counts.CountRejected();
        results.Add(Envelope<TOut>.OfNotice(rejection, ack));
    }

    /// <summary>
    /// Makes a block for a stage that waits for a device. The block works on several items at once, and each item gives any number of results. The method
    /// gets acks and notices, too. Order is kept.
    /// </summary>
    public static IPropagatorBlock<Envelope<TIn>, Envelope<TOut>> Many<TIn, TOut>(
        StageCounts counts, Func<Envelope<TIn>, Task<IReadOnlyList<Envelope<TOut>>>> method, int parallelism)
        where TIn : class where TOut : class
        => new TransformManyBlock<Envelope<TIn>, Envelope<TOut>>(
            async item =>
            {
                if (item.Value is not null) counts.CountIn();
                return CountResults(counts, await method(item).ConfigureAwait(false));
            },
            Bounded(parallelism, parallelism));

    /// <summary>Makes a block for a stage that holds, joins or splits values. The block takes runs; each item gives any number of results. Serial.</summary>
    public static IPropagatorBlock<Envelope<TIn>[], Envelope<TOut>> ManyOfRun<TIn, TOut>(
        StageCounts counts, Func<Envelope<TIn>, IReadOnlyList<Envelope<TOut>>> method, int capacity)
        where TIn : class where TOut : class
        => new TransformManyBlock<Envelope<TIn>[], Envelope<TOut>>(run => run.SelectMany(item => RunCounted(counts, method, item)), Bounded(capacity, 1));

    private static IReadOnlyList<Envelope<TOut>> RunCounted<TIn, TOut>(
        StageCounts counts, Func<Envelope<TIn>, IReadOnlyList<Envelope<TOut>>> method, Envelope<TIn> item)
        where TIn : class where TOut : class
    {
        if (item.Value is not null) counts.CountIn();
        return CountResults(counts, method(item));
    }

    private static IReadOnlyList<Envelope<TOut>> CountResults<TOut>(StageCounts counts, IReadOnlyList<Envelope<TOut>> results) where TOut : class
    {
        for (int i = 0; i < results.Count; i++)
            if (results[i].Value is not null)
                counts.CountOut();
        return results;
    }

    /// <summary>Makes the last block of a graph, which gives no result. Serial.</summary>
    public static ITargetBlock<Envelope<TIn>> End<TIn>(StageCounts counts, Func<Envelope<TIn>, Task> method, int capacity) where TIn : class
        => new ActionBlock<Envelope<TIn>>(
            async item =>
            {
                if (item.Value is not null) counts.CountIn();
                await method(item).ConfigureAwait(false);
                if (item.Value is not null) counts.CountOut();
            },
            Bounded(capacity, 1));

    internal static ExecutionDataflowBlockOptions Bounded(int capacity, int parallelism) => new()
    {
        BoundedCapacity = capacity,
        MaxDegreeOfParallelism = parallelism,
        EnsureOrdered = true,
    };
}

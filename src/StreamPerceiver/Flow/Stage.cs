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

    /// <summary>Splits a record into values, a rejection, or both, and adds them to the results. A notice is added as it is.</summary>
    internal static void Split<TIn, TOut>(
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

    /// <summary>Makes a block that shows each item to an observer and passes it on.</summary>
    /// <param name="observe">Takes the items, one after the other.</param>
    public static IPropagatorBlock<T, T> Observe<T>(Action<T> observe) => new TransformBlock<T, T>(
        item =>
        {
            observe(item);
            return item;
        },
        Bounded(1, 1));

    /// <summary>Makes the last block of a graph that takes runs, and gives no result. Serial.</summary>
    public static ITargetBlock<Envelope<TIn>[]> EndOfRun<TIn>(Action<Envelope<TIn>> method, int capacity) where TIn : class
        => new ActionBlock<Envelope<TIn>[]>(run => Array.ForEach(run, method), Bounded(capacity, 1));

    internal static ExecutionDataflowBlockOptions Bounded(int capacity, int parallelism) => new()
    {
        BoundedCapacity = capacity,
        MaxDegreeOfParallelism = parallelism,
        EnsureOrdered = true,
    };
}

using System.Threading.Tasks.Dataflow;

namespace StreamPerceiver.Flow;

/// <summary>
/// The only maker of blocks. A stage is a plain method; what is added here is bounding, order, counting, and that notices pass by.
/// A method that throws is a bug: it faults the block, and <see cref="Links.RunToEndAsync"/> then stops the graph.
/// </summary>
public static class Stage
{
    /// <summary>One value in, one value or one rejection out. Serial.</summary>
    public static IPropagatorBlock<Envelope<TIn>, Envelope<TOut>> Each<TIn, TOut>(StageCounts counts, Func<TIn, Verdict<TOut>> method, int capacity)
        where TIn : class where TOut : class
        => new TransformBlock<Envelope<TIn>, Envelope<TOut>>(item => One(counts, method, item), Bounded(capacity, 1));

    /// <summary>
    /// The same of runs: what was ready at once goes on together, since to hand over a small record costs more than the work on it. Order is kept whatever
    /// the parallelism.
    /// </summary>
    public static IPropagatorBlock<Envelope<TIn>[], Envelope<TOut>[]> EachOfRun<TIn, TOut>(
        StageCounts counts, Func<TIn, Verdict<TOut>> method, int capacity, int parallelism)
        where TIn : class where TOut : class
        => new TransformBlock<Envelope<TIn>[], Envelope<TOut>[]>(run => Array.ConvertAll(run, item => One(counts, method, item)), Bounded(capacity, parallelism));

    private static Envelope<TOut> One<TIn, TOut>(StageCounts counts, Func<TIn, Verdict<TOut>> method, Envelope<TIn> item)
        where TIn : class where TOut : class
    {
        if (item.Value is not { } value) return item.PassOn<TOut>();
        counts.CountIn();
        Verdict<TOut> verdict = method(value);
        if (verdict.Rejection is { } rejection)
        {
            counts.CountRejected();
            return Envelope<TOut>.Rejected(rejection, item.Ack!);
        }

        counts.CountOut();
        return Envelope<TOut>.Of(verdict.Value!, item.Ack!);
    }

    /// <summary>
    /// Any number out for one in, acks and notices included, for a stage that waits for a device: so many items are in work at once. Order is kept.
    /// </summary>
    public static IPropagatorBlock<Envelope<TIn>, Envelope<TOut>> Many<TIn, TOut>(
        StageCounts counts, Func<Envelope<TIn>, Task<IReadOnlyList<Envelope<TOut>>>> method, int parallelism)
        where TIn : class where TOut : class
        => new TransformManyBlock<Envelope<TIn>, Envelope<TOut>>(
            async item =>
            {
                if (item.Value is not null) counts.CountIn();
                return Counted(counts, await method(item).ConfigureAwait(false));
            },
            Bounded(parallelism, parallelism));

    /// <summary>Any number out for one in, for a stage that holds, joins or splits: takes runs, one item after the other.</summary>
    public static IPropagatorBlock<Envelope<TIn>[], Envelope<TOut>> ManyOfRun<TIn, TOut>(
        StageCounts counts, Func<Envelope<TIn>, IReadOnlyList<Envelope<TOut>>> method, int capacity)
        where TIn : class where TOut : class
        => new TransformManyBlock<Envelope<TIn>[], Envelope<TOut>>(run => run.SelectMany(item => Several(counts, method, item)), Bounded(capacity, 1));

    private static IReadOnlyList<Envelope<TOut>> Several<TIn, TOut>(
        StageCounts counts, Func<Envelope<TIn>, IReadOnlyList<Envelope<TOut>>> method, Envelope<TIn> item)
        where TIn : class where TOut : class
    {
        if (item.Value is not null) counts.CountIn();
        return Counted(counts, method(item));
    }

    private static IReadOnlyList<Envelope<TOut>> Counted<TOut>(StageCounts counts, IReadOnlyList<Envelope<TOut>> results) where TOut : class
    {
        for (int i = 0; i < results.Count; i++)
            if (results[i].Value is not null)
                counts.CountOut();
        return results;
    }

    /// <summary>The end of the line.</summary>
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

/// <summary>What a stage says of one value: its result, or why there is none.</summary>
/// <typeparam name="T">The stage's output.</typeparam>
public readonly record struct Verdict<T> where T : class
{
    private Verdict(T? value, Rejection? rejection) => (Value, Rejection) = (value, rejection);

    /// <summary>The result, or null.</summary>
    public T? Value { get; }

    /// <summary>Why there is no result, or null.</summary>
    public Rejection? Rejection { get; }

    /// <summary>A result.</summary>
    public static implicit operator Verdict<T>(T value) => new(value, null);

    /// <summary>A refusal.</summary>
    public static implicit operator Verdict<T>(Rejection rejection) => new(null, rejection);
}

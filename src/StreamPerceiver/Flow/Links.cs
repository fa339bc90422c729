using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Dataflow;

namespace StreamPerceiver.Flow;

/// <summary>The only linker of blocks.</summary>
public static class Links
{
#pragma warning disable RS0030 // This is the one place that may make link options.
    private static readonly DataflowLinkOptions Propagating = new() { PropagateCompletion = true };
#pragma warning restore RS0030

    /// <summary>Links a block to the next one, with completion and faults. Returns the next block, so that a graph reads as one line.</summary>
    public static TNext Then<T, TNext>(this ISourceBlock<T> source, TNext next) where TNext : ITargetBlock<T>
    {
        source.LinkTo(next, Propagating);
        _ = DrainAfterFaultAsync(source, next);
        return next;
    }

    /// <summary>
    /// Discards the items of a block whose next block has faulted. A block that has taken all of its input ignores a later fault, and would wait for ever
    /// until the next block takes its items. The discarded items are not acked, so the broker delivers them again.
    /// </summary>
    private static async Task DrainAfterFaultAsync<T>(ISourceBlock<T> source, IDataflowBlock next)
    {
        await next.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (next.Completion.IsFaulted) source.LinkTo(DataflowBlock.NullTarget<T>());
    }

    /// <summary>
    /// Waits until every block has ended. The first fault is passed to all blocks, so that no producer keeps waiting. Once all blocks have ended, the first
    /// fault is thrown.
    /// </summary>
    public static async Task RunToEndAsync(params IReadOnlyList<IDataflowBlock> blocks)
    {
        Exception? cause = null;
        await foreach (Task ended in Task.WhenEach(blocks.Select(b => b.Completion)).ConfigureAwait(false))
        {
            if (!ended.IsFaulted || cause is not null) continue;
            cause = ended.Exception.Flatten().InnerException!;
            foreach (IDataflowBlock block in blocks) block.Fault(cause);
        }

        if (cause is not null) ExceptionDispatchInfo.Throw(cause);
    }
}

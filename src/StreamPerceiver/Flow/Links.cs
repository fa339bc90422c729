using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Dataflow;

namespace StreamPerceiver.Flow;

/// <summary>The only linker of blocks.</summary>
public static class Links
{
#pragma warning disable RS0030 // This is the one place that may make link options.
    private static readonly DataflowLinkOptions Propagating = new() { PropagateCompletion = true };
#pragma warning restore RS0030

    /// <summary>Links a block to the next; its completion and faults follow. Returns the next, so that a graph reads as a line.</summary>
    public static TNext Then<T, TNext>(this ISourceBlock<T> source, TNext next) where TNext : ITargetBlock<T>
    {
        source.LinkTo(next, Propagating);
        _ = DrainAfterFaultAsync(source, next);
        return next;
    }

    /// <summary>
    /// A block that has been told to complete and has taken all its input ignores a later fault, and with a next block that takes no more it would
    /// never end. What it still holds is let go: nothing of it is acked, so the broker delivers it again.
    /// </summary>
    private static async Task DrainAfterFaultAsync<T>(ISourceBlock<T> source, IDataflowBlock next)
    {
        await next.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (next.Completion.IsFaulted) source.LinkTo(DataflowBlock.NullTarget<T>());
    }

    /// <summary>
    /// Ends when every block has ended. On the first fault it faults them all, so that no producer is left waiting, and once they have ended
    /// throws that fault.
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

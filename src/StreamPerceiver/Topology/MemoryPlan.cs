using StreamPerceiver.Batch;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Topology;

/// <summary>How many windows of a pipeline may be in work at once, from what one takes and what there is.</summary>
/// <param name="Waiting">Windows that may wait in front of a stage.</param>
/// <param name="Batch">When a micro-batch closes: with fewer windows than asked for where those would take too much.</param>
public sealed record MemoryPlan(int Waiting, BatchOptions Batch)
{
    // More than that only adds latency: a stage needs one window in work and one ready.
    private const int MostWaiting = 8;

    // Two queues of windows, and four batches: one that fills, one that is ready, one that waits at the device, one in the model.
    private const int Places = 6;

    /// <summary>The plan for a pipeline.</summary>
    /// <exception cref="PipelineException">The budget is too small for windows of this size, one in each place.</exception>
    public static MemoryPlan For(PipelineDefinition definition, BatchOptions batch, MemoryBudget budget)
    {
        long window = definition.Inputs.Sum(i => i.WindowBytes(definition.Align.Plan.SizeNs));
        long places = budget.WindowShare / window / Places;
        if (places < 1)
        {
            throw new PipelineException(definition.File,
            [
                $"a window takes {Mb(window)} MB, and {Places} are in work at once; the pipeline's share of Memory:BudgetMb is {Mb(budget.Bytes)}, "
                    + $"expected {Mb(Places * window * (budget.Bytes / budget.WindowShare))} or more",
            ]);
        }

        return new MemoryPlan((int)Math.Min(places, MostWaiting), batch with { MaxWindows = (int)Math.Min(places, batch.MaxWindows) });
    }

    private static long Mb(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}

using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Outputs;

namespace StreamPerceiver.Topology;

/// <summary>Divides the budget's window share by the size of a window: how many windows of a pipeline may exist at once.</summary>
/// <param name="Waiting">Windows that may wait in front of a stage.</param>
/// <param name="Batch">When a micro-batch closes. A batch has fewer windows than the settings allow where they would take too much memory.</param>
public sealed record MemoryPlan(int Waiting, BatchOptions Batch)
{
    // A longer queue only adds latency: a stage needs one window to work on and one that is ready.
    private const int MostWaiting = 8;

    // Three queues of windows, and four batches: one that is open, one that is ready, one that waits for the device, one in the model.
    private const int Places = 7;

    /// <summary>Computes the plan of a pipeline.</summary>
    /// <param name="definition">The pipeline.</param>
    /// <param name="batch">When a micro-batch closes.</param>
    /// <param name="budget">The pipeline's memory budget.</param>
    /// <param name="questions">What is asked of the model. A window in work has the numbers of the answers.</param>
    /// <exception cref="PipelineException">The budget is too small for windows of this size, one in each place.</exception>
    public static MemoryPlan For(PipelineDefinition definition, BatchOptions batch, MemoryBudget budget, IReadOnlyList<OutputQuestion> questions)
    {
        long window = definition.Inputs.Sum(i => i.WindowBytes(definition.Align.Plan.SizeNs)) + questions.Sum(q => q.Answer.WindowBytes);
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

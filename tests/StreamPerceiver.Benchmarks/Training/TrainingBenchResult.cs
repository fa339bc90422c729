using StreamPerceiver.Worker.Bench;

namespace StreamPerceiver.Benchmarks.Training;

/// <summary>How a training stands after some steps.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Rate">Windows a second, the median of the later half of all steps.</param>
/// <param name="Resident">Bytes of the process that are in memory.</param>
/// <param name="Tensors">Tensors that are alive.</param>
internal sealed record TrainingBenchStep(long Step, double Rate, long Resident, long Tensors);

/// <summary>What a training took.</summary>
/// <param name="Batch">Windows of a step.</param>
/// <param name="Seconds">The time of each step.</param>
/// <param name="Losses">The loss of each step.</param>
/// <param name="Flops">Operations of a step's matrix products: those of the forward pass, and twice as many backward.</param>
/// <param name="GemmGflops">The rate of a product of 1024 x 1024 matrices by the same library on the same threads.</param>
internal sealed record TrainingBenchResult(int Batch, IReadOnlyList<double> Seconds, IReadOnlyList<double> Losses, double Flops, double GemmGflops)
{
    // The first steps load code and make memory ready.
    private const int WarmUp = 5;

    /// <summary>The median time of a step after the first ones.</summary>
    public double StepSeconds => Statistics.Median(Seconds.Count > WarmUp ? Seconds.Skip(WarmUp) : Seconds);

    /// <summary>Windows a second, by that time.</summary>
    public double WindowsPerSecond => Batch / StepSeconds;

    /// <summary>The rate of the step's matrix products, as a share of that of the large one.</summary>
    public double GemmShare => Flops / StepSeconds / 1e9 / GemmGflops;
}

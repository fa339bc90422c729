namespace StreamPerceiver.Training;

/// <summary>How the learning rate falls after the warm-up.</summary>
public enum RateCourse
{
    /// <summary>Half a cosine from the peak to zero.</summary>
    Cosine,

    /// <summary>The peak for half of the steps, then half a cosine, as Perceiver IO was trained (arXiv:2107.14795, appendix).</summary>
    FlatCosine,
}

/// <summary>The learning rate of each step: it rises in a line from zero to the peak, and then falls.</summary>
/// <param name="Peak">The greatest rate.</param>
/// <param name="Warmup">Steps of the rise.</param>
/// <param name="Steps">All steps.</param>
/// <param name="Course">How it falls.</param>
public sealed record LearningRate(double Peak, int Warmup, int Steps, RateCourse Course)
{
    /// <summary>Computes the rate of a step, from 0.</summary>
    public double At(long step)
    {
        if (step < Warmup) return Peak * (step + 1) / Warmup;
        double begin = Course == RateCourse.FlatCosine ? Math.Max(Warmup, Steps / 2.0) : Warmup;
        if (step < begin) return Peak;
        double done = Math.Min(1, (step - begin) / Math.Max(1, Steps - begin));
        return Peak * (1 + Math.Cos(Math.PI * done)) / 2;
    }
}

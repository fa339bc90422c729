namespace StreamPerceiver.Model;

/// <summary>The rule by which a gradient changes a weight.</summary>
public enum OptimizerRule
{
    /// <summary>Adam with decoupled weight decay (arXiv:1711.05101).</summary>
    AdamW,

    /// <summary>Layer-wise adaptive moments (arXiv:1904.00962), with which Perceiver IO was trained.</summary>
    Lamb,
}

/// <summary>How an optimizer changes weights.</summary>
public sealed record OptimizerOptions
{
    /// <summary>The rule (default: AdamW).</summary>
    public OptimizerRule Rule { get; init; }

    /// <summary>The decay of the mean of gradients (default: 0.9).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay of the mean of their squares (default: 0.999).</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>What is added to the root of that mean (default: 1e-8).</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The share of a weight that decays, times the learning rate (default: 0.01). Vectors (biases, scales of norms) do not decay.</summary>
    public double WeightDecay { get; init; } = 0.01;
}

namespace StreamPerceiver.Training;

/// <summary>What is made small.</summary>
public enum LossKind
{
    /// <summary>The cross-entropy of a softmax: one label is right.</summary>
    CrossEntropy,

    /// <summary>The cross-entropy of a sigmoid for each label: each is right or wrong by itself.</summary>
    Sigmoid,

    /// <summary>The cross-entropy of a softmax, less for what is known well (arXiv:1708.02002).</summary>
    Focal,

    /// <summary>The absolute difference.</summary>
    L1,

    /// <summary>The squared difference.</summary>
    Mse,

    /// <summary>Half the squared difference up to 1, and in a line beyond.</summary>
    Huber,
}

/// <summary>The loss of an output.</summary>
/// <param name="Kind">What is made small.</param>
public sealed record LossOptions(LossKind Kind)
{
    /// <summary>The factor of the loss among those of all outputs (default: 1).</summary>
    public double Weight { get; init; } = 1;

    /// <summary>The share of a target that is spread over all labels (default: 0).</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>The exponent of the focal loss (default: 2).</summary>
    public double FocalGamma { get; init; } = 2;

    /// <summary>The factor of each label's examples, in the order of the labels; null (default): 1 for all.</summary>
    public IReadOnlyList<float>? ClassWeights { get; init; }
}

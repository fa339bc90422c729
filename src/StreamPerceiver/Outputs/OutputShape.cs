namespace StreamPerceiver.Outputs;

/// <summary>What a model gives of one output.</summary>
/// <param name="Kind">The kind, as the key <c>type</c> of a pipeline's output names it.</param>
/// <param name="Numbers">Numbers of a window.</param>
public abstract record OutputShape(string Kind, int Numbers)
{
    /// <summary>Bytes of the output in a window that is in work.</summary>
    public long WindowBytes => (long)Numbers * sizeof(float);

    /// <summary>Converts the network's numbers of a window to the units of the training data (default: they have no units).</summary>
    public virtual float[] ToUnits(float[] numbers) => numbers;
}

namespace StreamPerceiver.Training;

/// <summary>Where the targets of an output come from.</summary>
public abstract class TargetSource
{
    /// <summary>Describes a window without a target, for messages.</summary>
    public abstract string Lack { get; }

    /// <summary>Tells whether a window has a target.</summary>
    public abstract bool Has(Example example);

    /// <summary>Chooses the points of the output that are computed in a batch, in ascending order; null: all of an output that names no points.</summary>
    internal virtual IReadOnlyList<int>? ChoosePoints(Random random) => null;

    /// <summary>Adds the target of a window that does not follow from its own inputs.</summary>
    /// <param name="place">The window's place in the batch.</param>
    /// <param name="example">The window.</param>
    /// <param name="reader">Reads other windows.</param>
    /// <param name="rows">Receives the target.</param>
    internal virtual void Add(int place, Example example, BatchReader reader, TargetRows rows)
    {
    }

    /// <summary>Hides a part of an input, and adds it as the target.</summary>
    /// <param name="input">The input with its window's place in the batch.</param>
    /// <param name="random">The random numbers of the window.</param>
    /// <param name="points">The points that are computed; null: all.</param>
    /// <param name="rows">Receives the target.</param>
    internal virtual void Hide(in WindowInput input, Random random, IReadOnlyList<int>? points, TargetRows rows)
    {
    }
}

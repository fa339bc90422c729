namespace StreamPerceiver.Model;

/// <summary>What scores are made of beside the product of queries and keys.</summary>
internal abstract unsafe class ScoreTerms
{
    /// <summary>Sums of weights that a panel collects.</summary>
    public virtual int Sums => 0;

    /// <summary>Writes the terms of rows.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="scores">(count, Lanes).</param>
    public abstract void Write(int panel, int first, int count, float* scores);

    /// <summary>Adds rows' weights to the sums.</summary>
    /// <param name="sums">The panel's, (Sums, Lanes).</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="weights">(count, Lanes).</param>
    public virtual void Collect(float* sums, int first, int count, float* weights)
    {
    }
}

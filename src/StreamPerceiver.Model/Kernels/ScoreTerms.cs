namespace StreamPerceiver.Model;

/// <summary>Terms of scores that are added to the products of queries and keys.</summary>
internal abstract unsafe class ScoreTerms
{
    /// <summary>Number of sums of weights that a panel collects (default: none).</summary>
    public virtual int Sums => 0;

    /// <summary>Writes the score terms of some rows.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="scores">(count, Lanes).</param>
    public abstract void Write(int panel, int first, int count, float* scores);

    /// <summary>Adds the weights of some rows to the sums.</summary>
    /// <param name="sums">The panel's sums, (Sums, Lanes).</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="weights">(count, Lanes).</param>
    public virtual void Collect(float* sums, int first, int count, float* weights)
    {
    }
}

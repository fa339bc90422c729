namespace StreamPerceiver.Flow;

/// <summary>
/// The two ends of exactly-once delivery: the last stage writes into a transaction, and the first one, which knows the offsets, ends it. Kept here,
/// because neither stage knows the other.
/// </summary>
public interface ITransactions
{
    /// <summary>
    /// Readies the transactions, and makes sure of the right to write all that may have to be written; what an earlier run of this worker left open is
    /// aborted. Returns false when told to stop meanwhile.
    /// </summary>
    /// <param name="membership">Who the reading client is to its group before it has joined.</param>
    /// <param name="stop">Ends the waiting for brokers that are away.</param>
    /// <exception cref="RefusedException">A right is missing.</exception>
    bool Open(object membership, CancellationToken stop);

    /// <summary>
    /// Makes everything that was taken so far final, and with it the offsets of all records that are then settled. Nothing is taken meanwhile.
    /// </summary>
    /// <param name="settled">The offsets; asked for once the acks of what was taken are released.</param>
    /// <param name="membership">The reading client's membership of its group, which fences a worker that has lost it.</param>
    /// <returns>The offsets that were committed.</returns>
    /// <exception cref="StartAfreshException">The transaction is void: nothing of it is visible, and nothing of it is committed.</exception>
    IReadOnlyList<PartitionOffset> Commit(Func<IReadOnlyList<PartitionOffset>> settled, object membership);
}

/// <summary>The next record to read of a partition.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Partition">Partition.</param>
/// <param name="Offset">Offset.</param>
public readonly record struct PartitionOffset(string Topic, int Partition, long Offset);

/// <summary>
/// What was being done is void, and nothing is wrong with it: a lost membership, a transaction that took too long. Read again from what is
/// committed, everything comes out as if it had not happened.
/// </summary>
public sealed class StartAfreshException : StreamPerceiverException
{
    /// <summary>With the reason.</summary>
    public StartAfreshException(string message) : base(message) { }

    /// <summary>With the reason, and what led to it.</summary>
    public StartAfreshException(string message, Exception cause) : base(message, cause) { }
}

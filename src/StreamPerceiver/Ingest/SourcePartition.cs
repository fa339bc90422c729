namespace StreamPerceiver.Ingest;

/// <summary>A partition that records come from.</summary>
/// <param name="Topic">The input's topic.</param>
/// <param name="Number">The partition number, which is that of the lane.</param>
public readonly record struct SourcePartition(string Topic, int Number);

/// <summary>The offset of the next record to read of a partition.</summary>
/// <param name="Topic">The input's topic.</param>
/// <param name="Partition">The partition number.</param>
/// <param name="Offset">The offset.</param>
public readonly record struct PartitionOffset(string Topic, int Partition, long Offset);

/// <summary>The offsets of a partition at the broker when its lane opens.</summary>
/// <param name="Committed">The committed offset; null where there is none.</param>
/// <param name="LogStart">The offset of the first record that the partition still has.</param>
/// <param name="Begin">Where to begin without a committed offset; null (default): with the first record. It is committed soon, even before a record.</param>
public readonly record struct PartitionState(long? Committed, long LogStart, long? Begin = null);

using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>A partition that records come from.</summary>
/// <param name="Topic">The input's topic.</param>
/// <param name="Number">The partition number, which is that of the lane.</param>
public readonly record struct SourcePartition(string Topic, int Number);

/// <summary>The next record to read of a partition.</summary>
/// <param name="Topic">The input's topic.</param>
/// <param name="Partition">The partition number.</param>
/// <param name="Offset">The offset.</param>
public readonly record struct PartitionOffset(string Topic, int Partition, long Offset);

/// <summary>What the brokers have of a partition when its lane opens.</summary>
/// <param name="Committed">The offset that is committed; null where none is.</param>
/// <param name="LogStart">The offset of the first record that is still there.</param>
public readonly record struct PartitionState(long? Committed, long LogStart);

/// <summary>An input that looks silent.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="End">The offset at which the partition ended when it was read to its end.</param>
/// <param name="Notice">The notice for the graph, where the partition still ends there.</param>
public readonly record struct SilentInput(SourcePartition Partition, long End, InputCaughtUp Notice);

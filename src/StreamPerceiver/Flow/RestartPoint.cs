namespace StreamPerceiver.Flow;

/// <summary>Where a restart begins to read a partition, and what it then knows of earlier records.</summary>
/// <param name="Offset">The offset of the first record to read; null: that of the committed offset.</param>
/// <param name="State">How far the entities had come before that record.</param>
public sealed record RestartPoint(long? Offset, ClockState State);

using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// What a source tells an intake, or what the intake decides by a clock: a record, or a fact that windows depend on. The same events in the same order give
/// the same windows.
/// </summary>
public abstract record IntakeEvent;

/// <summary>A record of an open lane was read.</summary>
/// <param name="Record">The record.</param>
public sealed record RecordRead(SourceRecord Record) : IntakeEvent;

/// <summary>The intake holds that each entity is in one lane (<see cref="Intake.RequireOneLaneAnEntity"/>).</summary>
/// <param name="Partitions">The partition count of each input's topic.</param>
/// <param name="ProgressTopic">The topic of the progress, for messages.</param>
public sealed record PlacementRequired(int Partitions, string ProgressTopic) : IntakeEvent;

/// <summary>A lane was opened.</summary>
/// <param name="Lane">The partition number.</param>
/// <param name="Progress">The progress that earlier runs have stored.</param>
/// <param name="Partitions">By topic, the offsets at the broker.</param>
public sealed record LaneBegun(int Lane, LaneProgress Progress, IReadOnlyList<KeyValuePair<string, PartitionState>> Partitions) : IntakeEvent;

/// <summary>Lanes were closed: their next owner makes what was not published.</summary>
/// <param name="Lanes">The partition numbers.</param>
public sealed record LanesEnded(IReadOnlyList<int> Lanes) : IntakeEvent;

/// <summary>A partition was read to its end.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The end.</param>
public sealed record EndReached(SourcePartition Partition, long Offset) : IntakeEvent;

/// <summary>Marks were made, and the brokers are asked for the ends of partitions.</summary>
/// <param name="Now">The time on the source's clock.</param>
public sealed record EndsAsked(TimeSpan Now) : IntakeEvent;

/// <summary>A broker gave the offset behind the last record of a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="End">The offset.</param>
/// <param name="Asked">The time of <see cref="EndsAsked"/>.</param>
public sealed record EndAnswered(SourcePartition Partition, long End, TimeSpan Asked) : IntakeEvent;

/// <summary>The offsets that may be committed were asked for. What was published by now is soon committed; no window depends on it.</summary>
public sealed record CommitBegun : IntakeEvent;

/// <summary>An offset was committed, by which alignment finds out which entities it may forget.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The offset.</param>
/// <param name="Settled">By input of the topic, whether all records that were read are settled.</param>
public sealed record OffsetStored(SourcePartition Partition, long Offset, IReadOnlyList<bool> Settled) : IntakeEvent;

/// <summary>An event with the moment of which it is.</summary>
/// <param name="Event">The event.</param>
/// <param name="TimeNs">The time of day on the source's clock, in nanoseconds since 1970.</param>
/// <param name="Session">The run of a source that it belongs to; null: of a recording that has records alone.</param>
public sealed record RecordedEvent(IntakeEvent Event, long TimeNs, string? Session);

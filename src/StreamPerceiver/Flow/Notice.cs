namespace StreamPerceiver.Flow;

/// <summary>An item that flows among the values, in their order, without being one: a dead letter, a late record, or an event of a lane.</summary>
public abstract record Notice;

/// <summary>A lane was assigned to this worker; its records follow. The notice ends at the aligner.</summary>
/// <param name="Lane">The partition number.</param>
/// <param name="EmittedThrough">By entity, the end of the last window that is already published.</param>
/// <param name="Clocks">By input, how far the entities had come before the first record that is read; null: not known.</param>
public sealed record LaneOpened(int Lane, IReadOnlyDictionary<string, EventTime> EmittedThrough, IReadOnlyList<ClockState?> Clocks) : Notice;

/// <summary>A lane was revoked: the aligner drops its state. The notice ends at the aligner.</summary>
/// <param name="Lane">The partition number.</param>
public sealed record LaneClosed(int Lane) : Notice;

/// <summary>A moment on the source's clock. The records of the lane that were read before it stand before the notice. It ends at the aligner.</summary>
/// <param name="Lane">The partition number.</param>
/// <param name="Number">Ascending by lane, from 1.</param>
public sealed record LaneMarked(int Lane, int Number) : Notice;

/// <summary>
/// A partition was read to an end that its broker gave after some marks, undecided transactions included. So all records that it had at these marks stand
/// before the notice. It ends at the aligner.
/// </summary>
/// <param name="Lane">The partition number.</param>
/// <param name="Input">Index of the input in the pipeline's inputs.</param>
/// <param name="Marks">The marks.</param>
public sealed record ReadToEnd(int Lane, int Input, SilenceMarks Marks) : Notice;

/// <summary>The last marks of a lane before a partition's end was asked for; 0: none.</summary>
/// <param name="Latest">The last mark of all.</param>
/// <param name="BeforeTheWait">The last mark that was then at least the idle time ago on the clock.</param>
/// <param name="BeforeTheFlush">The last mark that was then at least the time to flush ago on the clock.</param>
public readonly record struct SilenceMarks(int Latest, int BeforeTheWait, int BeforeTheFlush);

/// <summary>Records of a partition were settled, and are committed. The notice ends at the aligner.</summary>
/// <param name="Lane">The partition number.</param>
/// <param name="Input">Index of the input in the pipeline's inputs.</param>
/// <param name="Before">All records before this offset are settled.</param>
/// <param name="All">Whether all records that were read are settled.</param>
public sealed record OffsetCommitted(int Lane, int Input, long Before, bool All) : Notice;

/// <summary>A restart must now begin at another record of a partition. The last stage stores this.</summary>
/// <param name="Lane">The partition number.</param>
/// <param name="Topic">The input's topic.</param>
/// <param name="Stream">The name of the input's records in the progress: the topic, and behind a slash the input where several read the topic.</param>
/// <param name="Point">Where a restart begins, and what it then knows.</param>
public sealed record RestartMoved(int Lane, string Topic, string Stream, RestartPoint Point) : Notice;

/// <summary>An entity was silent so long that a restart need not know its published windows. The last stage deletes the entity's progress.</summary>
/// <param name="Lane">The partition number.</param>
/// <param name="Entity">The entity.</param>
public sealed record EntityForgotten(int Lane, string Entity) : Notice;

/// <summary>
/// Records of a partition that were deleted before all that came of them was published. Every stage forwards the notice; it ends in the dead-letter topic.
/// </summary>
/// <param name="Lane">The partition number.</param>
/// <param name="Topic">The input's topic.</param>
/// <param name="From">The first lost offset.</param>
/// <param name="Next">The offset behind the last lost one, where reading goes on.</param>
public sealed record RecordsLost(int Lane, string Topic, long From, long Next) : Notice
{
    /// <summary>The place and number of the lost records. Markers of transactions have offsets, too, so fewer records may be lost.</summary>
    public override string ToString() => $"{Topic}/{Lane}: offsets {From} to {Next - 1}, at most {Next - From} records";
}

/// <summary>A record that arrived after its input had passed all of the record's windows. Every stage forwards it; it ends in the late topic.</summary>
/// <param name="Detail">The record's event time, and the event time that its input had passed.</param>
/// <param name="Stage">The stage that found it late.</param>
/// <param name="Record">The record as it came.</param>
public sealed record LateRecord(string Detail, string Stage, SourceRecord Record) : Notice
{
    /// <summary>Lane, entity and input.</summary>
    public StreamKey Stream { get; init; }

    /// <summary>The event time of its first late sample.</summary>
    public EventTime Time { get; init; }

    /// <summary>The event time that its input had passed.</summary>
    public EventTime Passed { get; init; }
}

/// <summary>A record or window that cannot be used. Every stage forwards it in its place; it ends in the dead-letter topic.</summary>
/// <param name="Reason">Why, from a closed set.</param>
/// <param name="Detail">The value found and what was expected.</param>
/// <param name="Stage">The stage that rejected it.</param>
/// <param name="Cause">The exception of a library; null where none was thrown.</param>
public abstract record DeadLetter(RejectionReason Reason, string Detail, string Stage, Exception? Cause) : Notice
{
    /// <summary>Why the brokers do not take the letter as a whole; null (default): they do. A letter that is not taken as a whole has headers alone.</summary>
    public string? Refusal { get; init; }
}

/// <summary>A record that cannot be used.</summary>
/// <param name="Reason">Why, from a closed set.</param>
/// <param name="Detail">The value found and what was expected.</param>
/// <param name="Stage">The stage that rejected it.</param>
/// <param name="Record">The record as it came.</param>
/// <param name="Cause">The exception of a library; null (default) where none was thrown.</param>
public sealed record Rejection(RejectionReason Reason, string Detail, string Stage, SourceRecord Record, Exception? Cause = null)
    : DeadLetter(Reason, Detail, Stage, Cause)
{
    /// <summary>The record with its stream and event time; null (default) where it was rejected before these were known.</summary>
    public RawRecord? Placed { get; init; }
}

/// <summary>A window that fails in the model every time, alone or in a batch. A restart does not run it again, because it counts as published.</summary>
/// <param name="Reason">Why, from a closed set.</param>
/// <param name="Detail">The value found and what was expected.</param>
/// <param name="Stage">The stage that rejected it.</param>
/// <param name="Window">The window.</param>
/// <param name="Cause">The exception of a library; null where none was thrown.</param>
public sealed record PoisonWindow(RejectionReason Reason, string Detail, string Stage, WindowHeader Window, Exception? Cause)
    : DeadLetter(Reason, Detail, Stage, Cause);

/// <summary>Why a record or a window was rejected.</summary>
public enum RejectionReason
{
    /// <summary>The record has no key, so it belongs to no entity.</summary>
    MissingKey,

    /// <summary>The record's key is not UTF-8 text, so its entity has no name.</summary>
    BadKey,

    /// <summary>The event time is not a time, or lies before 1970.</summary>
    BadEventTime,

    /// <summary>The record's entity is in another partition as well, which is its lane.</summary>
    WrongPartition,

    /// <summary>The record has no value, or an empty one.</summary>
    EmptyPayload,

    /// <summary>No codec of this input takes the content type.</summary>
    UnknownContentType,

    /// <summary>The schema registry does not have the schema that the record names.</summary>
    UnknownSchema,

    /// <summary>The payload does not conform to its content type.</summary>
    Undecodable,

    /// <summary>The decoded payload is not what the pipeline declares: a channel is missing, or a number is not finite.</summary>
    WrongShape,

    /// <summary>A size that the producer chooses is beyond its limit: key, headers, pixels, scans, samples, or the memory that decoding would take.</summary>
    TooLarge,

    /// <summary>The window fails on the device, although a window of zeros runs on it.</summary>
    DeviceFailure,

    /// <summary>The model's output for the window contains a NaN or an infinity.</summary>
    NotFinite,

    /// <summary>The brokers will never take the prediction or the late record: it is too large, or a rule of its topic forbids it.</summary>
    OutputRefused,
}

namespace StreamPerceiver.Flow;

/// <summary>What travels among the values, in their order, and is not one: a dead letter on its way, or news of a lane.</summary>
public abstract record Notice;

/// <summary>A lane has begun; its records follow. Ends at the aligner.</summary>
/// <param name="Lane">The partition number.</param>
/// <param name="EmittedThrough">Per entity, the end of the last window that is already out.</param>
public sealed record LaneOpened(int Lane, IReadOnlyDictionary<string, EventTime> EmittedThrough) : Notice;

/// <summary>A lane has gone to another worker: what is held of it here is void. Ends at the aligner.</summary>
/// <param name="Lane">The partition number.</param>
public sealed record LaneClosed(int Lane) : Notice;

/// <summary>An input has nothing more to say up to a time: its partition had no unread record when the lane had come so far. Ends at the aligner.</summary>
/// <param name="Lane">The partition number.</param>
/// <param name="Input">Index of the input in the pipeline's inputs.</param>
/// <param name="Since">Least event time of the lane until that moment.</param>
/// <param name="AsOf">Greatest event time of the lane until that moment.</param>
public sealed record InputCaughtUp(int Lane, int Input, EventTime Since, EventTime AsOf) : Notice;

/// <summary>
/// Where a restart begins to read one of the lane's partitions. The aligner forgets the entities that have been silent for longer; written down by
/// the last stage.
/// </summary>
/// <param name="Lane">The partition number.</param>
/// <param name="Topic">The input's topic.</param>
/// <param name="Offset">The first record that is read again.</param>
/// <param name="Needed">Nothing that was said before this event time has a say any more in what is still to come.</param>
public sealed record LookbackMoved(int Lane, string Topic, long Offset, EventTime Needed) : Notice;

/// <summary>Nothing depends any more on which windows of an entity were published: it has been silent for so long. Struck off by the last stage.</summary>
/// <param name="Lane">The partition number.</param>
/// <param name="Entity">The entity.</param>
public sealed record EntityForgotten(int Lane, string Entity) : Notice;

/// <summary>A record that came behind the windows it belongs to. Every stage passes it on; it ends in the late topic.</summary>
/// <param name="Detail">How far it was behind.</param>
/// <param name="Stage">The stage that found it late.</param>
/// <param name="Record">The record as it came.</param>
public sealed record LateRecord(string Detail, string Stage, SourceRecord Record) : Notice;

/// <summary>What cannot be used: a failure as a value. Every stage passes it on, in its place; it ends in the dead-letter topic.</summary>
/// <param name="Reason">Why, from a closed set.</param>
/// <param name="Detail">The value found and what was expected.</param>
/// <param name="Stage">The stage that refused it.</param>
/// <param name="Cause">What a library threw over it; null where nothing was thrown.</param>
public abstract record DeadLetter(RejectionReason Reason, string Detail, string Stage, Exception? Cause) : Notice;

/// <summary>A record that cannot be used.</summary>
/// <param name="Reason">Why, from a closed set.</param>
/// <param name="Detail">The value found and what was expected.</param>
/// <param name="Stage">The stage that refused it.</param>
/// <param name="Record">The record as it came.</param>
/// <param name="Cause">What a library threw over it; null (default) where nothing was thrown.</param>
public sealed record Rejection(RejectionReason Reason, string Detail, string Stage, SourceRecord Record, Exception? Cause = null)
    : DeadLetter(Reason, Detail, Stage, Cause)
{
    /// <summary>The record's place and time, which show how far its partition has come; null (default) where it has none.</summary>
    public RawRecord? Placed { get; init; }
}

/// <summary>A window that the model cannot run, whatever its neighbours and however often. It counts as out, so a restart does not meet it again.</summary>
/// <param name="Reason">Why, from a closed set.</param>
/// <param name="Detail">The value found and what was expected.</param>
/// <param name="Stage">The stage that refused it.</param>
/// <param name="Window">The window.</param>
/// <param name="Cause">What a library threw over it; null where nothing was thrown.</param>
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

    /// <summary>The record has no value, or an empty one.</summary>
    EmptyPayload,

    /// <summary>No decoder takes this content type for this input.</summary>
    UnknownContentType,

    /// <summary>The payload is not what its content type says.</summary>
    Undecodable,

    /// <summary>The payload decodes, but not to what the pipeline declares: a channel is missing, a number is not finite.</summary>
    WrongShape,

    /// <summary>The window fails on a device that runs another one.</summary>
    DeviceFailure,

    /// <summary>The model's answer to the window has a NaN or an infinity in it.</summary>
    NotFinite,
}

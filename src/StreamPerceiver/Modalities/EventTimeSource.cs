using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>Where the event time of an input's records is.</summary>
/// <param name="Kind">The kind of place.</param>
/// <param name="Name">The name of the header, or the path of the field with dots; empty where the kind needs none.</param>
/// <param name="Format">How the time is written.</param>
public sealed record EventTimeSource(EventTimeKind Kind, string Name, TimeFormat Format)
{
    /// <summary>The header of the event time, by the CloudEvents Kafka binding 1.0 in binary mode.</summary>
    public const string CloudEventsHeader = "ce_time";

    /// <summary>CloudEvents' header where there is one, else Kafka's timestamp.</summary>
    public static EventTimeSource Default { get; } = new(EventTimeKind.CloudEvents, CloudEventsHeader, TimeFormat.Rfc3339);
}

/// <summary>The kinds of places of an event time.</summary>
public enum EventTimeKind
{
    /// <summary>CloudEvents' header where there is one, else Kafka's timestamp.</summary>
    CloudEvents,

    /// <summary>A header.</summary>
    Header,

    /// <summary>A field of the payload.</summary>
    Field,

    /// <summary>Kafka's timestamp.</summary>
    Timestamp,
}

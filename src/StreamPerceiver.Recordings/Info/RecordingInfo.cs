namespace StreamPerceiver.Recordings.Info;

/// <summary>What is in a recording. Times are RFC 3339 in UTC.</summary>
/// <param name="Files">The files.</param>
/// <param name="First">The first time of receipt; null where there is no message.</param>
/// <param name="Last">The last time of receipt.</param>
/// <param name="Seconds">From the first to the last, in seconds.</param>
/// <param name="Messages">Messages.</param>
/// <param name="Bytes">Bytes of keys and values; of messages of other programs, of their payloads.</param>
/// <param name="Topics">By topic.</param>
public sealed record RecordingInfo(
    IReadOnlyList<FileOverview> Files, string? First, string? Last, double Seconds, long Messages, long Bytes, IReadOnlyList<TopicInfo> Topics)
{
    /// <summary>What a pipeline makes of it; null (default): none was given.</summary>
    public PipelineInfo? Pipeline { get; init; }
}

/// <summary>What is in a recording of one topic.</summary>
/// <param name="Topic">The topic at Kafka; of messages of other programs, the topic of their channel.</param>
/// <param name="Schemas">The names of the messages' types.</param>
/// <param name="Messages">Messages.</param>
/// <param name="Bytes">Bytes of keys and values.</param>
/// <param name="RateHz">Messages a second of event time; null where they have one time.</param>
/// <param name="MediaTypes">Records by content type; of messages of other programs, by their encoding.</param>
/// <param name="EventTimes">Records by where the event time is: <c>ce_time</c>, or <c>timestamp</c>, which is Kafka's.</param>
/// <param name="Timestamps">Records by the clock of Kafka's timestamp: <c>producer</c>, <c>broker</c> or <c>none</c>.</param>
/// <param name="Partitions">By partition; empty for messages of other programs.</param>
/// <param name="Entities">How many entities there are.</param>
/// <param name="EntityNames">The first 20 of them.</param>
/// <param name="ClockOffset">Kafka's timestamp less the event time; null where no event time has a header of its own.</param>
/// <param name="OffEntities">Entities whose median is off from that of the topic by more than a second.</param>
/// <param name="Silences">The three longest times without a record of a partition, and of an entity.</param>
public sealed record TopicInfo(
    string Topic, IReadOnlyList<string> Schemas, long Messages, long Bytes, double? RateHz, IReadOnlyDictionary<string, long> MediaTypes,
    IReadOnlyDictionary<string, long> EventTimes, IReadOnlyDictionary<string, long> Timestamps, IReadOnlyList<PartitionInfo> Partitions, long Entities,
    IReadOnlyList<string> EntityNames, ClockOffset? ClockOffset, IReadOnlyList<EntityOffset> OffEntities, IReadOnlyList<Silence> Silences);

/// <summary>The offsets of a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Records">Records.</param>
/// <param name="FirstOffset">The least offset.</param>
/// <param name="LastOffset">The greatest offset.</param>
/// <param name="Missing">Offsets between them without a record: markers of transactions, compaction, or a loss.</param>
/// <param name="Doubled">Records whose offset an earlier one has.</param>
public sealed record PartitionInfo(int Partition, long Records, long FirstOffset, long LastOffset, long Missing, long Doubled);

/// <summary>How far a clock is ahead of another one. Of many records, evenly spaced ones are taken.</summary>
/// <param name="MedianMs">The median, in milliseconds.</param>
/// <param name="P95Ms">The value that 95 of 100 records do not exceed, in milliseconds.</param>
public sealed record ClockOffset(double MedianMs, double P95Ms);

/// <summary>An entity whose clock is off from those of others.</summary>
/// <param name="Entity">The entity.</param>
/// <param name="MedianMs">Its median, in milliseconds.</param>
public sealed record EntityOffset(string Entity, double MedianMs);

/// <summary>A time without a record.</summary>
/// <param name="Of">What was silent, such as <c>partition 0</c> or <c>entity press-4</c>.</param>
/// <param name="From">The event time of the last record before it.</param>
/// <param name="Until">The event time of the first record behind it.</param>
/// <param name="Seconds">Its length, in seconds.</param>
public sealed record Silence(string Of, string From, string Until, double Seconds);

/// <summary>What a pipeline makes of a recording, without its model.</summary>
/// <param name="Pipeline">The name of the pipeline.</param>
/// <param name="Windows">Windows that the model would get.</param>
/// <param name="Complete">Those in which every input has all of its data (coverage 1).</param>
/// <param name="Skipped">Windows that lack a required input.</param>
/// <param name="Rejected">Rejected records by reason.</param>
/// <param name="Inputs">By input.</param>
/// <param name="Entities">How many entities have windows.</param>
/// <param name="LeastComplete">The 20 entities with the least share of complete windows.</param>
public sealed record PipelineInfo(
    string Pipeline, long Windows, long Complete, long Skipped, IReadOnlyDictionary<string, long> Rejected, IReadOnlyList<InputInfo> Inputs, long Entities,
    IReadOnlyList<EntityWindows> LeastComplete);

/// <summary>What an input of a pipeline gets.</summary>
/// <param name="Input">The input.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Records">Records read.</param>
/// <param name="Late">Records that came too late.</param>
/// <param name="Rejected">Records that cannot be used.</param>
/// <param name="Absent">Windows without the input.</param>
/// <param name="EventTimes">Records by where their event time was.</param>
/// <param name="ClockOffset">Kafka's timestamp less the event time; null where no record has an event time.</param>
/// <param name="OffEntities">Entities whose median is off from that of the input by more than a second.</param>
public sealed record InputInfo(
    string Input, string Topic, long Records, long Late, long Rejected, long Absent, IReadOnlyDictionary<string, long> EventTimes,
    ClockOffset? ClockOffset, IReadOnlyList<EntityOffset> OffEntities);

/// <summary>The windows of an entity.</summary>
/// <param name="Entity">The entity.</param>
/// <param name="Windows">Its windows.</param>
/// <param name="Complete">Those in which every input has all of its data.</param>
/// <param name="MostAbsent">The input that is absent in most of them; null where none is absent.</param>
/// <param name="Absent">In how many it is absent.</param>
public sealed record EntityWindows(string Entity, long Windows, long Complete, string? MostAbsent, long Absent);

using System.Text.Json.Serialization;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Recordings.Explain;

/// <summary>What a window holds, and why it closed.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Entity">The entity.</param>
/// <param name="Lane">The partition number that all inputs share.</param>
/// <param name="Id">The id that its prediction has.</param>
/// <param name="Start">First instant in the window.</param>
/// <param name="End">First instant after the window.</param>
/// <param name="ClosedBy">Why it closed.</param>
/// <param name="IsPublished">Whether it gives a prediction; false: it has no data, or lacks a required input.</param>
/// <param name="Closing">What let it close.</param>
/// <param name="Inputs">Its inputs, in the order of the pipeline's inputs.</param>
/// <param name="Watermarks">How far the inputs had come, record by record, from shortly before the window to shortly after it.</param>
public sealed record WindowExplanation(
    string Pipeline, string Entity, int Lane, string Id, EventTime Start, EventTime End, CloseReason ClosedBy, bool IsPublished, ClosingItem Closing,
    IReadOnlyList<ExplainedInput> Inputs, IReadOnlyList<WatermarkPoint> Watermarks)
{
    /// <summary>What a model reads of it; null (default): no model was asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WindowAttention? Attention { get; init; }
}

/// <summary>What let a window close: a record, or the end of a partition.</summary>
/// <param name="Input">The input that it is of.</param>
/// <param name="Record">The record; null: the partition of the input was read to its end.</param>
/// <param name="Order">How many records had been read by then.</param>
/// <param name="WaitedFor">The inputs that had not passed the window's end before.</param>
public sealed record ClosingItem(string Input, Arrival? Record, long Order, IReadOnlyList<string> WaitedFor);

/// <summary>The arrival of a record.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The offset.</param>
/// <param name="Order">Its place among the records that were read, from 1.</param>
/// <param name="Received">When the recorder received it.</param>
/// <param name="ContentType">Its content type; null where it has none.</param>
/// <param name="Bytes">The bytes of its value.</param>
public sealed record Arrival(string Topic, int Partition, long Offset, long Order, EventTime Received, string? ContentType, int Bytes)
{
    /// <summary>The record's place as <c>topic/partition/offset</c>.</summary>
    public string Place => $"{Topic}/{Partition}/{Offset}";
}

/// <summary>One input of a window.</summary>
/// <param name="Name">The input's name.</param>
/// <param name="Topic">Its topic.</param>
/// <param name="IsRequired">Whether a window without it is skipped.</param>
/// <param name="IsTable">Whether the topic is a table.</param>
/// <param name="Rule">What the slots are, and which samples fill them, in words.</param>
/// <param name="Coverage">The share of the slots that is filled, 0 to 1.</param>
/// <param name="StalenessNs">The time from the last data to the window's end, in nanoseconds; null where there is none.</param>
/// <param name="Tokens">Tokens of the input; null where the window was not published.</param>
/// <param name="MaskedTokens">How many of the tokens are masked; null where the window was not published.</param>
/// <param name="Passed">The event time that the input had passed when the window closed.</param>
/// <param name="PassedBy">How it passed the window's end.</param>
/// <param name="Slots">The slots, in their order.</param>
/// <param name="Samples">The samples in the window and shortly before and after it, in the order of event time.</param>
public sealed record ExplainedInput(
    string Name, string Topic, bool IsRequired, bool IsTable, string Rule, double Coverage, long? StalenessNs, int? Tokens, int? MaskedTokens,
    EventTime Passed, PassReason PassedBy, IReadOnlyList<ExplainedSlot> Slots, IReadOnlyList<ExplainedSample> Samples);

/// <summary>A slot, and what fills it.</summary>
/// <param name="First">Index of the slot; of a run of sound, that of its first sound sample.</param>
/// <param name="Count">1; of a run of sound, the number of its sound samples.</param>
/// <param name="At">The time that samples are compared with.</param>
/// <param name="From">First instant of the slot.</param>
/// <param name="To">First instant after the slot.</param>
/// <param name="Fill">How it got its content.</param>
/// <param name="Sources">The samples that fill it; none where it is masked.</param>
public sealed record ExplainedSlot(int First, int Count, EventTime At, EventTime From, EventTime To, SlotFill Fill, IReadOnlyList<SlotSource> Sources);

/// <summary>A sample that fills a slot.</summary>
/// <param name="Record">The place of its record.</param>
/// <param name="Index">Index of the sample in its record.</param>
/// <param name="DistanceNs">Its time less that of the slot, in nanoseconds.</param>
public sealed record SlotSource(string Record, int Index, long DistanceNs);

/// <summary>A sample, or a record that was rejected.</summary>
/// <param name="Record">Its record.</param>
/// <param name="Index">Index of the sample in its record.</param>
/// <param name="Time">Event time of its first instant.</param>
/// <param name="DurationNs">Its duration, in nanoseconds.</param>
/// <param name="State">What became of it in this window.</param>
/// <param name="Slots">How many slots it fills, alone or with others.</param>
/// <param name="Detail">Why it is late or rejected; else null.</param>
public sealed record ExplainedSample(Arrival Record, int Index, EventTime Time, long DurationNs, SampleState State, int Slots, string? Detail);

/// <summary>What became of a sample in a window.</summary>
public enum SampleState
{
    /// <summary>It fills at least one slot.</summary>
    Used,

    /// <summary>It was there, and no slot took it: others are nearer or later.</summary>
    Unused,

    /// <summary>It came after its input had passed the window.</summary>
    Late,

    /// <summary>Its record could not be used.</summary>
    Rejected,

    /// <summary>It belongs to other windows, shortly before this one or after it.</summary>
    Outside,
}

/// <summary>How far the inputs had come at a moment.</summary>
/// <param name="Order">How many records had been read.</param>
/// <param name="Received">When the last of them was received.</param>
/// <param name="Passed">By input: the event time that it had passed; null: none yet.</param>
public sealed record WatermarkPoint(long Order, EventTime Received, IReadOnlyList<EventTime?> Passed);

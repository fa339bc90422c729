using System.Globalization;
using System.Text;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Recordings.Explain;

/// <summary>Writes an explanation as text. Slots that are filled the same way, one after the other, share a line.</summary>
public static class ExplanationText
{
    // Slots up to this number have a line each.
    private const int FewSlots = 16;

    /// <summary>Writes an explanation as lines of text.</summary>
    public static string Write(WindowExplanation window)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{window.Id}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  {window.Start} to {window.End}, entity {window.Entity}, lane {window.Lane}");
        foreach (string line in WhyClosed(window)) text.AppendLine(CultureInfo.InvariantCulture, $"  {line}");
        foreach (ExplainedInput input in window.Inputs) Write(text, input);
        foreach (string line in AttentionText.Lines(window)) text.AppendLine(line);
        return text.ToString();
    }

    /// <summary>Writes why a window closed, in sentences.</summary>
    public static IEnumerable<string> WhyClosed(WindowExplanation window)
    {
        string[] silent = Names(window, PassReason.Silence), others = Names(window, PassReason.OtherEntities);
        yield return window.ClosedBy switch
        {
            CloseReason.Watermark => "Closed by watermark: all inputs had passed its end.",
            CloseReason.Flush => "Closed by flush: the entity had no record for longer than flushAfterMs on the clock.",
            _ when silent.Length > 0 => $"Closed as idle: {string.Join(" and ", silent)} {(silent.Length > 1 ? "were" : "was")} silent for longer than "
                + "idleAfterMs, with nothing unread, and the window did not wait.",
            _ => $"Closed as idle: the other entities of the partition are far ahead, and the window did not wait for {string.Join(" and ", others)}.",
        };
        ClosingItem closing = window.Closing;
        string waited = closing.WaitedFor.Count == 0 ? "" : $" It had waited for {string.Join(" and ", closing.WaitedFor)}.";
        yield return closing.Record is { } record
            ? $"Record {record.Order} let it close: {record.Place}, input {closing.Input}, received {record.Received}.{waited}"
            : $"The end of the partition of {closing.Input} let it close, after record {closing.Order}.{waited}";
        string[] missing = [.. window.Inputs.Where(i => i.IsRequired && i.Coverage == 0).Select(i => i.Name)];
        if (!window.IsPublished)
            yield return missing.Length > 0
                ? $"It gives no prediction: {string.Join(" and ", missing)} is required, and has no data in it."
                : "It gives no prediction: no sample is near enough to a slot.";
    }

    /// <summary>Writes how much of an input a window has.</summary>
    public static string Amount(ExplainedInput input)
    {
        int all = input.Slots.Sum(s => s.Count), filled = input.Slots.Where(s => s.Fill != SlotFill.Masked).Sum(s => s.Count);
        string unit = input.Slots.Any(s => s.Count > 1) ? "sound samples" : all == 1 ? "slot" : "slots";
        return filled == 0 ? "missing: all masked" : $"{filled} of {all} {unit}";
    }

    /// <summary>Formats nanoseconds as milliseconds with a sign.</summary>
    public static string Offset(long nanoseconds)
        => ((decimal)nanoseconds / EventTime.PerMillisecond).ToString("+0.###;-0.###;0", CultureInfo.InvariantCulture) + " ms";

    private static string[] Names(WindowExplanation window, PassReason reason) => [.. window.Inputs.Where(i => i.PassedBy == reason).Select(i => i.Name)];

    private static void Write(StringBuilder text, ExplainedInput input)
    {
        string masked = input.MaskedTokens is { } tokens ? $", {tokens} of {input.Tokens} tokens masked" : "";
        string stale = input.StalenessNs is { } staleness ? $", last data {Offset(-staleness)} from the end" : "";
        text.AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{input.Name} ({input.Topic}{(input.IsTable ? ", table" : "")}{(input.IsRequired ? ", required" : "")}): {Amount(input)}{masked}{stale}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  rule: {input.Rule}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  had passed {input.Passed}, by {input.PassedBy switch
        {
            PassReason.Watermark => "its watermark",
            PassReason.Silence => "silence",
            PassReason.OtherEntities => "the other entities of its partition",
            _ => input.IsTable ? "the end of the table" : "the flush",
        }}");
        WriteSlots(text, input);
        ExplainedSample[] used = [.. input.Samples.Where(s => s.State == SampleState.Used)];
        if (used.Length > 0)
        {
            int records = used.Select(s => s.Record.Place).Distinct().Count();
            text.AppendLine(CultureInfo.InvariantCulture, $"  used: {used.Length} samples of {records} records, {At(used[0])} to {At(used[^1])}");
        }

        foreach (ExplainedSample sample in input.Samples.Where(s => s.State is SampleState.Unused or SampleState.Late or SampleState.Rejected))
        {
            string place = Place(sample.Record.Place, sample.Index), detail = sample.Detail is { } reason ? $": {reason}" : "";
            text.AppendLine(
                CultureInfo.InvariantCulture, $"  {Name(sample.State)}: {place}, event time {sample.Time}, read as record {sample.Record.Order}{detail}");
        }
    }

    private static void WriteSlots(StringBuilder text, ExplainedInput input)
    {
        IReadOnlyList<ExplainedSlot> slots = input.Slots;
        for (int i = 0, next; i < slots.Count; i = next)
        {
            next = i + 1;
            while (slots.Count > FewSlots && next < slots.Count && slots[next].Fill == slots[i].Fill) next++;
            int last = slots[next - 1].First + slots[next - 1].Count - 1;
            string name = last > slots[i].First ? $"{slots[i].First}-{last}" : $"{last}";
            string sources = next == i + 1
                ? string.Join(" and ", slots[i].Sources.Select(s => Place(s.Record, s.Index) + (input.IsTable ? "" : $" ({Offset(s.DistanceNs)})")))
                : Range([.. slots.Skip(i).Take(next - i).SelectMany(s => s.Sources)]);
            string line = string.Create(CultureInfo.InvariantCulture, $"  {name,-12} {slots[i].At}  {Name(slots[i].Fill),-12} {sources}");
            text.AppendLine(line.TrimEnd());
        }
    }

    private static string Range(IReadOnlyList<SlotSource> sources)
        => sources.Count == 0 ? "" : $"{Place(sources[0].Record, sources[0].Index)} to {Place(sources[^1].Record, sources[^1].Index)}, "
            + $"at most {Offset(sources.Max(s => Math.Abs(s.DistanceNs))).TrimStart('+')} away";

    private static string At(ExplainedSample sample) => $"{Place(sample.Record.Place, sample.Index)} ({sample.Time})";

    private static string Place(string record, int index) => index == 0 ? record : $"{record} sample {index}";

    private static string Name<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}

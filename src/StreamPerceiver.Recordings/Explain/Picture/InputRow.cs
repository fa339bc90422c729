using StreamPerceiver.Modalities;

namespace StreamPerceiver.Recordings.Explain.Picture;

/// <summary>Draws one input: its samples on a line, and the window's slots below it, with what fills them.</summary>
/// <param name="scale">The axis of event time.</param>
/// <param name="left">The left end of the plot.</param>
/// <param name="width">The width of the plot.</param>
internal sealed class InputRow(TimeScale scale, double left, double width)
{
    /// <summary>The height of a row.</summary>
    public const double Height = 78;

    private const double LineAt = 20, SlotsAt = 42, SlotHeight = 18, SpanHeight = 14;

    // Slots that are narrower share a box, and have no lines to their samples.
    private const double LeastSlotWidth = 5;

    /// <summary>Draws the records and the slots of an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="index">Its index, which gives the colour.</param>
    /// <param name="top">The upper end of the row.</param>
    public IEnumerable<Shape> Draw(ExplainedInput input, int index, double top)
    {
        yield return new Line("grid", [(left, top), (left + width, top)], Marks.Grid, 1);
        yield return new Label("input", 14, top + LineAt, input.Name, 15, Marks.ColourOf(index), IsBold: true) { Title = input.Topic };
        yield return new Label("amount", 14, top + LineAt + 18, ExplanationText.Amount(input), 12, Marks.Ink) { Title = input.Rule };
        if (input.MaskedTokens is { } masked)
            yield return new Label("tokens", 14, top + LineAt + 34, $"{masked} of {input.Tokens} tokens masked", 12, Marks.Ink);
        yield return new Line("grid", [(left, top + LineAt), (left + width, top + LineAt)], Marks.Grid, 1);
        foreach (Shape shape in Slots(input, index, top + SlotsAt).Concat(Samples(input, index, top + LineAt))) yield return shape;
    }

    private IEnumerable<Shape> Samples(ExplainedInput input, int index, double y)
    {
        // The more there is to see in a mark, the later it is drawn.
        ExplainedSample[] samples = [.. input.Samples.Where(s => scale.Has(s.Time) || scale.Has(s.Time + s.DurationNs)).OrderBy(Weight)];
        double radius = RadiusOf(samples.Where(s => s.State == SampleState.Used).Select(s => scale.X(s.Time)));
        (SampleState, int) last = default;
        foreach (ExplainedSample sample in samples)
        {
            (double x, double end) = (scale.X(sample.Time), scale.X(sample.Time + sample.DurationNs));
            if (sample.DurationNs == 1 && Weight(sample) < 2 && last == (last = (sample.State, (int)x))) continue; // it would hide the one before
            Polygon mark = sample.DurationNs > 1 ? Marks.Span(sample.State, index, x, end, y, SpanHeight) : Marks.At(sample.State, index, x, y, radius);
            yield return mark with { Title = TitleOf(sample) };
            if (sample.DurationNs > 1 && sample.State == SampleState.Late) yield return Marks.At(sample.State, index, (x + end) / 2, y, radius);
        }
    }

    private IEnumerable<Shape> Slots(ExplainedInput input, int index, double y)
    {
        IReadOnlyList<ExplainedSlot> slots = input.Slots;
        for (int i = 0, next; i < slots.Count; i = next)
        {
            bool isMasked = slots[i].Fill == SlotFill.Masked;
            next = i + 1;
            while (IsNarrow(slots[i]) && next < slots.Count && (slots[next].Fill == SlotFill.Masked) == isMasked) next++;
            double from = scale.X(slots[i].From), to = scale.X(slots[next - 1].To);
            string name = isMasked ? "slot masked" : "slot filled", title = $"{slots[i].Fill}, slot {slots[i].First}".ToLowerInvariant();
            Polygon box = Polygon.Box(
                $"{name} input-{index}", from, y, Math.Max(1, to - from), SlotHeight, isMasked ? null : Marks.TintOf(index),
                isMasked ? Marks.Faint : Marks.ColourOf(index), isMasked);
            yield return box with { Title = next == i + 1 ? title : $"{title} to {slots[next - 1].First}" };
            if (IsNarrow(slots[i]) || input.IsTable || slots[i].Count > 1) continue; // sound stands right above its slot
            double middle = slots.Count == 1 ? (from + to) / 2 : scale.X(slots[i].At);
            foreach (SlotSource source in slots[i].Sources)
                yield return new Line(
                    "source", [(scale.X(slots[i].At + source.DistanceNs), y - SlotsAt + LineAt), (middle, y)], Marks.ColourOf(index), 1);
        }
    }

    private bool IsNarrow(ExplainedSlot slot) => scale.X(slot.To) - scale.X(slot.From) < LeastSlotWidth;

    private static int Weight(ExplainedSample sample) => sample.State switch
    {
        SampleState.Outside => 0,
        SampleState.Used => 1,
        SampleState.Unused => 2,
        _ => 3,
    };

    // Marks that touch show how many there are; marks that cover each other do not.
    private static double RadiusOf(IEnumerable<double> places)
    {
        double[] all = [.. places];
        return all.Length < 2 ? 5 : Math.Clamp((all[^1] - all[0]) / (all.Length - 1) / 2, 1.5, 5);
    }

    /// <summary>Makes what a pointer on a sample shows.</summary>
    public static string TitleOf(ExplainedSample sample)
        => $"{sample.Record.Place}, event time {sample.Time}, record {sample.Record.Order}, received {sample.Record.Received}: "
            + (sample.Detail ?? sample.State.ToString().ToLowerInvariant());
}

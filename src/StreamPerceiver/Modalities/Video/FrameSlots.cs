using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Video;

/// <summary>Puts frames into a window's evenly spaced slots.</summary>
internal static class FrameSlots
{
    /// <summary>Fills each slot with the frame nearest to its middle, if one is within the tolerance. Of two as near, the earlier is taken.</summary>
    public static (AlignedInput Data, double Coverage) Place(
        VideoSpec spec, ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs, List<WindowSlot>? placed)
    {
        var slots = new byte[]?[spec.Frames];
        int filled = 0;
        for (int slot = 0; slot < slots.Length; slot++)
        {
            EventTime middle = start + (long)((2 * (Int128)slot + 1) * windowNs / (2 * spec.Frames));
            long distance = spec.ToleranceNs + 1;
            int nearest = -1;
            for (int i = 0; i < samples.Length; i++)
            {
                if (Math.Abs(samples[i].Time - middle) is var d && d >= distance) continue;
                (distance, nearest) = (d, i);
                slots[slot] = ((VideoFrame)samples[i]).Pixels;
            }

            if (nearest >= 0) filled++;
            placed?.Add(new WindowSlot(
                slot, 1, middle, Edge(slot), Edge(slot + 1), nearest >= 0 ? SlotFill.Nearest : SlotFill.Masked, Math.Max(0, nearest), nearest >= 0 ? 1 : 0));
        }

        return (new AlignedVideo(slots), (double)filled / slots.Length);

        EventTime Edge(int slot) => start + (long)((Int128)slot * windowNs / spec.Frames);
    }
}

using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Video;

/// <summary>Puts frames into a window's evenly spaced slots.</summary>
internal static class FrameSlots
{
    /// <summary>Fills each slot with the frame nearest to its middle, if one is within the tolerance. Of two as near, the earlier is taken.</summary>
    public static (AlignedInput Data, double Coverage) Place(VideoSpec spec, ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs)
    {
        var slots = new byte[]?[spec.Frames];
        int filled = 0;
        for (int slot = 0; slot < slots.Length; slot++)
        {
            EventTime middle = start + (long)((2 * (Int128)slot + 1) * windowNs / (2 * spec.Frames));
            long nearest = spec.ToleranceNs + 1;
            foreach (MediaSample sample in samples)
            {
                long distance = Math.Abs(sample.Time - middle);
                if (distance >= nearest) continue;
                nearest = distance;
                slots[slot] = ((VideoFrame)sample).Pixels;
            }

            if (slots[slot] is not null) filled++;
        }

        return (new AlignedVideo(slots), (double)filled / slots.Length);
    }
}

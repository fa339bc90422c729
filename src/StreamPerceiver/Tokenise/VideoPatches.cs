using StreamPerceiver.Align;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Tokenise;

/// <summary>
/// Frames to patches, space to depth: token (t, y, x) by rows, channel ((dy * s) + dx) * 3 + colour, values 0 to 1 (the Perceiver IO image
/// preprocessor with <c>prep_type="patches"</c>, temporal downsampling 1).
/// </summary>
internal static class VideoPatches
{
    // Dividing is exact, and slow; there are 256 answers.
    private static readonly float[] Unit = [.. Enumerable.Range(0, 256).Select(value => value / 255f)];

    public static (float[] Content, byte[] Mask) Of(VideoSpec spec, AlignedVideo video, TokenPool pool)
    {
        int rows = spec.Height / spec.Patch, columns = spec.Width / spec.Patch, channels = spec.Patch * spec.Patch * 3;
        float[] content = pool.Rent();
        var mask = new byte[video.Slots.Count * rows * columns];
        int token = 0;
        foreach (byte[]? frame in video.Slots)
        {
            if (frame is null)
            {
                content.AsSpan(token * channels, rows * columns * channels).Clear();
                token += rows * columns;
                continue;
            }

            for (int y = 0; y < rows; y++)
            {
                for (int x = 0; x < columns; x++, token++)
                {
                    CopyPatch(frame, spec, x * spec.Patch, y * spec.Patch, content.AsSpan(token * channels, channels));
                    mask[token] = 1;
                }
            }
        }

        return (content, mask);
    }

    private static void CopyPatch(byte[] frame, VideoSpec spec, int left, int top, Span<float> target)
    {
        int row = spec.Patch * 3;
        for (int dy = 0; dy < spec.Patch; dy++)
        {
            ReadOnlySpan<byte> source = frame.AsSpan(((top + dy) * spec.Width + left) * 3, row);
            Span<float> values = target.Slice(dy * row, row);
            for (int i = 0; i < values.Length; i++) values[i] = Unit[source[i]];
        }
    }
}

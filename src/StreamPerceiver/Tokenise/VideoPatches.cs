using System.Buffers;
using System.Numerics;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Tokenise;

/// <summary>
/// Frames to patches, space to depth: token (t, y, x) by rows, channel ((dy * s) + dx) * 3 + colour, values 0 to 1 (the Perceiver IO image
/// preprocessor with <c>prep_type="patches"</c>, temporal downsampling 1).
/// </summary>
internal static class VideoPatches
{
    public static (float[] Content, byte[] Mask) Of(VideoSpec spec, AlignedVideo video, TokenPool pool)
    {
        int tokens = spec.Height / spec.Patch * (spec.Width / spec.Patch), values = spec.Height * spec.Width * 3; // of a frame
        float[] content = pool.Rent();
        var mask = new byte[video.Slots.Count * tokens];
        float[] row = ArrayPool<float>.Shared.Rent(spec.Width * 3);
        for (int slot = 0; slot < video.Slots.Count; slot++)
        {
            Span<float> target = content.AsSpan(slot * values, values);
            if (video.Slots[slot] is { } frame)
            {
                Place(frame, spec, row.AsSpan(0, spec.Width * 3), target);
                mask.AsSpan(slot * tokens, tokens).Fill(1);
            }
            else
            {
                target.Clear();
            }
        }

        ArrayPool<float>.Shared.Return(row);
        return (content, mask);
    }

    /// <summary>A frame, line by line: each of its pieces goes to the patch that it crosses.</summary>
    private static void Place(byte[] frame, VideoSpec spec, Span<float> line, Span<float> target)
    {
        int columns = spec.Width / spec.Patch, piece = spec.Patch * 3, channels = spec.Patch * piece;
        for (int y = 0; y < spec.Height; y++)
        {
            ToUnit(frame.AsSpan(y * line.Length, line.Length), line);
            int first = y / spec.Patch * columns * channels + y % spec.Patch * piece;
            for (int x = 0; x < columns; x++) line.Slice(x * piece, piece).CopyTo(target[(first + x * channels)..]);
        }
    }

    /// <summary>Bytes to 0 to 1. Divided, not multiplied by the inverse, which is not the same for all of them.</summary>
    private static void ToUnit(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        int i = 0;
        for (; i <= bytes.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(bytes[i..]), out Vector<ushort> low, out Vector<ushort> high);
            ToUnit(low, values[i..]);
            ToUnit(high, values[(i + Vector<ushort>.Count)..]);
        }

        for (; i < bytes.Length; i++) values[i] = bytes[i] / 255f;
    }

    private static void ToUnit(Vector<ushort> numbers, Span<float> values)
    {
        Vector.Widen(numbers, out Vector<uint> low, out Vector<uint> high);
        (Vector.ConvertToSingle(low) / new Vector<float>(255f)).CopyTo(values);
        (Vector.ConvertToSingle(high) / new Vector<float>(255f)).CopyTo(values[Vector<uint>.Count..]);
    }
}

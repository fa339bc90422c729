using System.Buffers;
using System.Numerics;

namespace StreamPerceiver.Modalities.Video;

/// <summary>
/// Cuts frames into patches, space to depth, as the Perceiver IO image preprocessor does with <c>prep_type="patches"</c> and temporal downsampling 1.
/// Tokens (t, y, x) come by rows. With c colours, a channel is ((dy * s) + dx) * c + colour. Bytes become the levels of the model's preparation, or 0 to 1.
/// </summary>
internal sealed class VideoPatches(VideoSpec spec, IReadOnlyList<float>? levels) : IInputTokeniser
{
    private readonly float[]? _levels = levels is null ? null : [.. levels];
    private readonly TokenPool _pool = new(spec.Frames * spec.Height * spec.Width * spec.Channels);

    /// <summary>The levels of pixels as they are, <c>(3, 256)</c>: 0 to 1.</summary>
    public static IReadOnlyList<float> UnitLevels { get; } = [.. Enumerable.Range(0, 3 * 256).Select(i => i % 256 / 255f)];

    /// <inheritdoc/>
    public InputTokens Tokenise(AlignedInput input)
    {
        var video = (AlignedVideo)input;
        int tokens = spec.Height / spec.Patch * (spec.Width / spec.Patch), values = spec.Height * spec.Width * spec.Channels; // of a frame
        float[] content = _pool.Rent();
        var mask = new byte[video.Slots.Count * tokens];
        float[] row = ArrayPool<float>.Shared.Rent(spec.Width * spec.Channels);
        for (int slot = 0; slot < video.Slots.Count; slot++)
        {
            Span<float> target = content.AsSpan(slot * values, values);
            if (video.Slots[slot] is { } frame)
            {
                Place(frame, row.AsSpan(0, spec.Width * spec.Channels), target);
                mask.AsSpan(slot * tokens, tokens).Fill(1);
            }
            else
            {
                target.Clear();
            }
        }

        ArrayPool<float>.Shared.Return(row);
        return new InputTokens(spec.Name, content, mask) { Pool = _pool };
    }

    /// <summary>Copies a frame line by line: each piece of a line goes to the patch that it crosses.</summary>
    private void Place(byte[] frame, Span<float> line, Span<float> target)
    {
        int columns = spec.Width / spec.Patch, piece = spec.Patch * spec.Channels, channels = spec.Patch * piece;
        for (int y = 0; y < spec.Height; y++)
        {
            if (_levels is null) ToUnit(frame.AsSpan(y * line.Length, line.Length), line);
            else ToLevels(frame.AsSpan(y * line.Length, line.Length), _levels, spec.Channels, line);
            int first = y / spec.Patch * columns * channels + y % spec.Patch * piece;
            for (int x = 0; x < columns; x++) line.Slice(x * piece, piece).CopyTo(target[(first + x * channels)..]);
        }
    }

    private static void ToLevels(ReadOnlySpan<byte> bytes, float[] levels, int channels, Span<float> values)
    {
        for (int i = 0; i < bytes.Length; i++) values[i] = levels[i % channels * 256 + bytes[i]];
    }

    /// <summary>Scales bytes to 0 to 1. Divides, because a product with the inverse differs in the last bit for some of them.</summary>
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

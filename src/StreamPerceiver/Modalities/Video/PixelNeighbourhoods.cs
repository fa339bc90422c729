namespace StreamPerceiver.Modalities.Video;

/// <summary>
/// Makes each pixel a token that holds the pixels around it, in all frames that the token spans. Optical flow takes tokens of this kind
/// (arXiv:2107.14795, section 4.2). Tokens (t, y, x) come by rows. With s pixels a side and c colours, a channel is
/// ((frame * s + ky) * s + kx) * c + colour. What lies outside of a frame is 0.
/// </summary>
internal sealed class PixelNeighbourhoods(VideoSpec spec, IReadOnlyList<float> levels) : IInputTokeniser
{
    private readonly float[] _levels = [.. levels];
    private readonly int _channels = spec.FramesPerToken * spec.Neighbourhood * spec.Neighbourhood * spec.Channels;
    private readonly TokenPool _pool = new(spec.Frames * spec.Neighbourhood * spec.Neighbourhood * spec.Height * spec.Width * spec.Channels);

    /// <inheritdoc/>
    public InputTokens Tokenise(AlignedInput input)
    {
        IReadOnlyList<byte[]?> slots = ((AlignedVideo)input).Slots;
        int pixels = spec.Height * spec.Width;
        float[] content = _pool.Rent();
        Array.Clear(content);
        var mask = new byte[spec.Frames / spec.FramesPerToken * pixels];
        for (int t = 0; t < spec.Frames / spec.FramesPerToken; t++)
        {
            byte[]?[] frames = [.. slots.Skip(t * spec.FramesPerToken).Take(spec.FramesPerToken)];
            if (Array.Exists(frames, f => f is null)) continue; // a token that lacks one of its frames is masked
            mask.AsSpan(t * pixels, pixels).Fill(1);
            for (int frame = 0; frame < frames.Length; frame++) Place(frames[frame]!, frame, content.AsSpan(t * pixels * _channels, pixels * _channels));
        }

        return new InputTokens(spec.Name, content, mask) { Pool = _pool };
    }

    private void Place(byte[] frame, int index, Span<float> tokens)
    {
        int side = spec.Neighbourhood, half = side / 2, colours = spec.Channels;
        for (int ky = 0; ky < side; ky++)
        {
            for (int kx = 0; kx < side; kx++)
            {
                int channel = ((index * side + ky) * side + kx) * colours, down = ky - half, right = kx - half;
                for (int y = Math.Max(0, -down); y < spec.Height - Math.Max(0, down); y++)
                {
                    for (int x = Math.Max(0, -right); x < spec.Width - Math.Max(0, right); x++)
                    {
                        int from = ((y + down) * spec.Width + x + right) * colours, to = (y * spec.Width + x) * _channels + channel;
                        for (int colour = 0; colour < colours; colour++) tokens[to + colour] = _levels[colour * 256 + frame[from + colour]];
                    }
                }
            }
        }
    }
}

namespace StreamPerceiver.Training;

/// <summary>Moves a sound or a series in time.</summary>
internal static class TimeShift
{
    /// <summary>Moves the samples of a window. What comes free is 0. A token is masked if one of its samples is free, or was masked.</summary>
    /// <param name="samples">How far, in samples; a negative number moves them to an earlier time.</param>
    /// <param name="perToken">Samples of a token.</param>
    /// <param name="channels">Numbers of a sample.</param>
    /// <param name="content">(M, C), where C is the numbers of a token's samples.</param>
    /// <param name="mask">(M).</param>
    public static void Move(int samples, int perToken, int channels, Span<float> content, Span<byte> mask)
    {
        float[] old = content.ToArray();
        byte[] kept = mask.ToArray();
        int count = content.Length / channels, moved = Math.Clamp(samples, -count, count);
        content.Clear();
        int from = Math.Max(0, -moved), to = Math.Max(0, moved), length = count - Math.Abs(moved);
        old.AsSpan(from * channels, length * channels).CopyTo(content[(to * channels)..]);
        for (int token = 0; token < mask.Length; token++)
        {
            int first = (token * perToken) - moved, last = first + perToken - 1; // the samples that it has now
            bool isWhole = first >= 0 && last < count;
            mask[token] = isWhole && kept[first / perToken] == 1 && kept[last / perToken] == 1 ? (byte)1 : (byte)0;
        }
    }
}

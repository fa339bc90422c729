namespace StreamPerceiver.Modalities.Audio;

/// <summary>Uncompressed sound, in one or more parts of a payload. Of bytes after the last whole frame of a part nothing is read.</summary>
/// <param name="encoding">How a number is written.</param>
/// <param name="rateHz">Sample rate, in hertz.</param>
/// <param name="channels">The number of channels, at least 1.</param>
/// <param name="parts">The parts, in order.</param>
internal sealed class PcmSound(PcmEncoding encoding, int rateHz, int channels, IReadOnlyList<ReadOnlyMemory<byte>> parts)
    : Sound(rateHz, channels, parts.Sum(part => (long)(part.Length / (encoding.Bytes * channels))))
{
    /// <inheritdoc/>
    public override ISoundReader Open() => new Reader(encoding, Channels, parts);

    private sealed class Reader(PcmEncoding encoding, int channels, IReadOnlyList<ReadOnlyMemory<byte>> parts) : ISoundReader
    {
        private int _part, _at;

        public int Read(Span<float> samples)
        {
            for (; _part < parts.Count; (_part, _at) = (_part + 1, 0))
            {
                ReadOnlySpan<byte> rest = parts[_part].Span[_at..];
                int count = Math.Min(samples.Length, rest.Length / (encoding.Bytes * channels) * channels);
                if (count == 0) continue;
                encoding.Convert(rest, samples[..count]);
                _at += count * encoding.Bytes;
                return count;
            }

            return 0;
        }

        public void Dispose()
        {
        }
    }
}

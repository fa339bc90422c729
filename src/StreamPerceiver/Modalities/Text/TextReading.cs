using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Text;

/// <summary>A text at one instant.</summary>
/// <param name="Stream">Lane, entity and input.</param>
/// <param name="Time">Event time.</param>
/// <param name="Offset">Offset of the record in the partition.</param>
/// <param name="Utf8">The text, at least one byte, with <see cref="InputPresence.MaskedByte"/> at masked places.</param>
public sealed record TextReading(StreamKey Stream, EventTime Time, long Offset, byte[] Utf8) : MediaSample(Stream, Time, 1, Offset)
{
    private protected override long DataBytes => Utf8.Length;
}

/// <summary>The latest text in a window.</summary>
/// <param name="Utf8">The text, with masked places as in the reading; null where the window has none.</param>
public sealed record AlignedText(byte[]? Utf8) : AlignedInput
{
    internal override InputPresence Describe(InputPresence presence) => presence with { Text = Utf8 };
}

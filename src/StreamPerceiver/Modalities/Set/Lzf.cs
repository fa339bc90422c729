namespace StreamPerceiver.Modalities.Set;

/// <summary>
/// Decompresses LZF, the format of liblzf. A control byte below 32 is followed by one more literal bytes than its value. Any other one begins a copy of
/// bytes that are already there: 3 bits of length, and 5 high bits of the distance; a length of 7 goes on in the next byte.
/// </summary>
internal static class Lzf
{
    /// <summary>Fills the whole target from all of the packed bytes. Returns false where they are damaged or of another length.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> packed, Span<byte> target)
    {
        int written = 0;
        while (!packed.IsEmpty)
        {
            int control = packed[0];
            packed = packed[1..];
            if (control < 32)
            {
                int literals = control + 1;
                if (literals > packed.Length || literals > target.Length - written) return false;
                packed[..literals].CopyTo(target[written..]);
                packed = packed[literals..];
                written += literals;
                continue;
            }

            int length = control >> 5, more = length == 7 ? 2 : 1;
            if (more > packed.Length) return false;
            if (length == 7) length += packed[0];
            length += 2;
            int from = written - (((control & 31) << 8) | packed[more - 1]) - 1;
            packed = packed[more..];
            if (from < 0 || length > target.Length - written) return false;
            for (int i = 0; i < length; i++) target[written + i] = target[from + i]; // byte by byte: the copy may overlap what it writes
            written += length;
        }

        return written == target.Length;
    }
}

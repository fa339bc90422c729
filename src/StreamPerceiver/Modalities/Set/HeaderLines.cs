using System.Text;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Set;

/// <summary>Reads the lines of a payload's text header. A line ends with LF, CR LF or CR.</summary>
/// <param name="payload">The payload.</param>
internal ref struct HeaderLines(ReadOnlySpan<byte> payload)
{
    /// <summary>Most bytes of a header.</summary>
    public const int MostBytes = 65_536;

    private readonly ReadOnlySpan<byte> _payload = payload;

    /// <summary>The bytes of the lines that were read, which is where the data begin behind the last one.</summary>
    public int Length { get; private set; }

    /// <summary>Reads the next line and splits it at its spaces. An empty line gives no words.</summary>
    /// <exception cref="BadPayloadException">The payload ends before the line does, or the header is too long.</exception>
    public string[] ReadWords()
    {
        ReadOnlySpan<byte> rest = _payload[Length..];
        int end = rest.IndexOfAny((byte)'\n', (byte)'\r');
        if (end < 0 || Length + end > MostBytes)
        {
            throw Length + (end < 0 ? rest.Length : end) > MostBytes
                ? new BadPayloadException(RejectionReason.TooLarge, $"the header has more than {MostBytes} bytes, expected at most that")
                : new BadPayloadException(RejectionReason.Undecodable, $"the payload ends within its header, after {_payload.Length} bytes");
        }

        Length += end + (rest[end..].StartsWith("\r\n"u8) ? 2 : 1);
        return Encoding.Latin1.GetString(rest[..end]).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
    }
}

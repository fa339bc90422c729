using System.Globalization;

namespace StreamPerceiver.Recordings.Ros;

/// <summary>How a payload is encoded, by the four bytes before it (DDS-XTypes 1.3, section 7.6.3.1; RTPS 2.5, section 10.2.1).</summary>
/// <param name="IsBigEndian">The byte order.</param>
/// <param name="IsVersion2">Whether it is XCDR version 2: nothing is aligned to more than 4 bytes, and arrays of texts and messages state their bytes.</param>
internal readonly record struct CdrHeader(bool IsBigEndian, bool IsVersion2)
{
    /// <summary>The bytes of the header.</summary>
    public const int Length = 4;

    /// <summary>Reads the header of a payload.</summary>
    /// <exception cref="RosException">There is none, or the encoding is not supported.</exception>
    public static CdrHeader Read(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < Length) throw new RosException($"the payload has {payload.Length} bytes, expected a CDR header of {Length}");
        int kind = payload[0] << 8 | payload[1];
        return kind switch
        {
            0x0000 or 0x0001 => new CdrHeader(kind == 0, IsVersion2: false),
            0x0006 or 0x0007 or 0x0010 or 0x0011 => new CdrHeader(kind % 2 == 0, IsVersion2: true),
            _ => throw new RosException(
                $"the encapsulation is {NameOf(kind)}, expected one of CDR_BE (0000), CDR_LE (0001), CDR2_BE (0006, 0010) and CDR2_LE (0007, 0011)"),
        };
    }

    private static string NameOf(int kind)
    {
        string name = kind switch
        {
            0x0002 => "PL_CDR_BE",
            0x0003 => "PL_CDR_LE",
            0x0004 => "XML",
            0x0008 or 0x0014 => "D_CDR2_BE",
            0x0009 or 0x0015 => "D_CDR2_LE",
            0x000a or 0x0012 => "PL_CDR2_BE",
            0x000b or 0x0013 => "PL_CDR2_LE",
            _ => "unknown",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{name} ({kind:x4})");
    }
}

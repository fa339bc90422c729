namespace StreamPerceiver.Modalities.Video;

/// <summary>Markers and segments of JPEG (ITU-T T.81, annex B).</summary>
internal static class JpegHeader
{
    /// <summary>Start of a scan.</summary>
    public const byte Scan = 0xDA;

    /// <summary>End of the image.</summary>
    public const byte End = 0xD9;

    // A libjpeg decoder buffers some rows of each component.
    private const int RowsBuffered = 64;

    /// <summary>Reads what comes before the first scan.</summary>
    public static PictureHeader Read(ReadOnlySpan<byte> jpeg)
    {
        PictureHeader? header = null;
        int orientation = 1;
        long coefficients = 0;
        bool isProgressive = false;
        for (int at = 2; NextMarker(jpeg, ref at) is { } marker;)
        {
            if (!HasLength(marker))
            {
                if (marker == End) break;
                at += 2;
                continue;
            }

            ReadOnlySpan<byte> segment = jpeg.Slice(at + 4, Math.Max(0, Length(jpeg, at) - 2));
            if (marker == Scan)
            {
                if (header is null) break;
                bool isWhole = !isProgressive && segment.Length > 0 && segment[0] == header.Components;
                return header with
                {
                    FirstScan = at,
                    Orientation = orientation,
                    DecoderBytes = header.DecoderBytes + (isWhole ? 0 : coefficients),
                };
            }

            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                isProgressive = marker is 0xC2 or 0xC6 or 0xCA or 0xCE;
                header = Frame(segment, isSequential: marker is 0xC0 or 0xC1, out coefficients);
            }

            if (marker == 0xE1 && orientation == 1 && segment.StartsWith("Exif\0"u8)) orientation = PictureHeader.OrientationIn(segment);
            at += 2 + Length(jpeg, at);
        }

        throw PictureHeader.Bad($"{jpeg.Length} bytes of image/jpeg have no {(header is null ? "frame header" : "scan")}: the picture is cut off");
    }

    /// <summary>
    /// Counts the scans, and finds the end of the image. Scans cost work and few bytes: a file of 360 kB can have 30,000. What follows the end is no part of
    /// the picture.
    /// </summary>
    /// <param name="jpeg">The picture.</param>
    /// <param name="firstScan">The place of the first scan's marker.</param>
    /// <param name="hasEnd">Whether there is an end-of-image marker.</param>
    public static int CountScans(ReadOnlySpan<byte> jpeg, int firstScan, out bool hasEnd)
    {
        int scans = 0;
        hasEnd = false;
        for (int at = firstScan; NextMarker(jpeg, ref at) is { } marker;)
        {
            if (marker == End)
            {
                hasEnd = true;
                break;
            }

            if (marker == Scan) scans++;
            at += 2 + (HasLength(marker) && at + 4 <= jpeg.Length ? Length(jpeg, at) : 0);
        }

        return scans;
    }

    /// <summary>Moves to the next marker, past coded data, stray bytes and fill bytes. Returns null where there is none.</summary>
    public static byte? NextMarker(ReadOnlySpan<byte> jpeg, ref int at)
    {
        while (at < jpeg.Length)
        {
            int next = jpeg[at..].IndexOf((byte)0xFF);
            if (next < 0) break;
            at += next;
            if (at + 1 >= jpeg.Length) break;
            byte code = jpeg[at + 1];
            if (code is not (0 or 0xFF)) return code;
            at += code == 0 ? 2 : 1;
        }

        return null;
    }

    /// <summary>Reads the length of a segment: its own two bytes and what follows them.</summary>
    public static int Length(ReadOnlySpan<byte> jpeg, int marker) => (jpeg[(marker + 2)..][0] << 8) | jpeg[(marker + 3)..][0];

    /// <summary>Whether a length follows the marker.</summary>
    public static bool HasLength(byte marker) => marker is not (0x01 or (>= 0xD0 and <= End));

    private static PictureHeader Frame(ReadOnlySpan<byte> segment, bool isSequential, out long coefficients)
    {
        int height = (segment[1..][0] << 8) | segment[2..][0], width = (segment[3..][0] << 8) | segment[4..][0], components = segment[5..][0];
        if (height == 0) throw PictureHeader.Bad("the JPEG states its height after its pixels (DNL), which is not read");
        int mostAcross = 1, mostDown = 1, blocks = 0;
        for (int c = 0; c < components; c++)
        {
            byte sampling = segment.Slice(6 + 3 * c, 3)[1];
            int across = sampling >> 4, down = sampling & 15;
            (mostAcross, mostDown, blocks) = (Math.Max(mostAcross, across), Math.Max(mostDown, down), blocks + across * down);
        }

        long units = (long)((width + 8 * mostAcross - 1) / (8 * mostAcross)) * ((height + 8 * mostDown - 1) / (8 * mostDown));
        coefficients = units * blocks * 64 * sizeof(short);
        bool isCmyk = components > 3;
        return new PictureHeader(PictureFormat.Jpeg, width, height)
        {
            Bits = segment[0],
            Components = components,
            IsSequential = isSequential && segment[0] == 8,
            DecoderBytes = (long)width * RowsBuffered + (isCmyk ? 4L * width * height : 0),
        };
    }
}

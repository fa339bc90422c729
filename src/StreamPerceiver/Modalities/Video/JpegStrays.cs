namespace StreamPerceiver.Modalities.Video;

/// <summary>
/// Finds bytes between the coded data and the next marker of a sequential JPEG, which many cameras write there. libjpeg warns of them as of damage. They change
/// no pixel where all blocks before them are whole, up to the padding of the last byte; this reads the codes to know that (ITU-T T.81, F.2).
/// </summary>
internal ref struct JpegStrays
{
    // A camera writes some bytes. More are the rest of data that the codes before them do not explain.
    private const int MostStrays = 64;

    private readonly ReadOnlySpan<byte> _jpeg;
    private readonly JpegCodes?[] _tables = new JpegCodes?[8]; // DC 0 to 3, AC 0 to 3
    private readonly List<(int Id, int Across, int Down)> _components = [];
    private readonly List<byte> _kept;
    private int _width, _height, _restart;
    private int _at, _bits, _left;

    private JpegStrays(ReadOnlySpan<byte> jpeg)
    {
        _jpeg = jpeg;
        _kept = new List<byte>(jpeg.Length);
    }

    /// <summary>
    /// Returns the picture without its stray bytes, up to its end. Returns null where its data are not whole, or where it is not a sequential JPEG in
    /// Huffman codes.
    /// </summary>
    public static byte[]? Remove(ReadOnlySpan<byte> jpeg, PictureHeader header)
    {
        if (!header.IsSequential) return null;
        try
        {
            return new JpegStrays(jpeg).Clean();
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            return null; // a segment ends before its contents
        }
    }

    private byte[]? Clean()
    {
        Keep(0, 2);
        _at = 2;
        while (JpegHeader.NextMarker(_jpeg, ref _at) is { } marker)
        {
            int begin = _at;
            _at += 2 + (JpegHeader.HasLength(marker) ? JpegHeader.Length(_jpeg, _at) : 0);
            Keep(begin, _at);
            if (marker == JpegHeader.End) return [.. _kept];
            if (!JpegHeader.HasLength(marker)) continue;
            ReadOnlySpan<byte> segment = _jpeg[(begin + 4).._at];
            switch (marker)
            {
                case 0xC0 or 0xC1:
                    ReadFrame(segment);
                    break;
                case 0xC4:
                    ReadTables(segment);
                    break;
                case 0xDD:
                    _restart = (segment[0] << 8) | segment[1];
                    break;
                case JpegHeader.Scan when !ReadScan(segment):
                    return null;
            }
        }

        return null;
    }

    private readonly void Keep(int from, int to) => _kept.AddRange(_jpeg[from..to]);

    private void ReadFrame(ReadOnlySpan<byte> segment)
    {
        (_height, _width) = ((segment[1] << 8) | segment[2], (segment[3] << 8) | segment[4]);
        _components.Clear();
        for (int c = 0; c < segment[5]; c++) _components.Add((segment[6 + 3 * c], segment[7 + 3 * c] >> 4, segment[7 + 3 * c] & 15));
    }

    private readonly void ReadTables(ReadOnlySpan<byte> segment)
    {
        while (segment.Length > 17)
        {
            int count = 0;
            foreach (byte n in segment[1..17]) count += n;
            _tables[((segment[0] >> 4) & 1) * 4 + (segment[0] & 3)] = new JpegCodes(segment[1..17], segment.Slice(17, count));
            segment = segment[(17 + count)..];
        }
    }

    // Reads the blocks of a scan and keeps them without what is stray.
    private bool ReadScan(ReadOnlySpan<byte> segment)
    {
        List<(JpegCodes Dc, JpegCodes Ac)> blocks = []; // of a unit
        int mostAcross = _components.Max(c => c.Across), mostDown = _components.Max(c => c.Down), across = 8 * mostAcross, down = 8 * mostDown;
        for (int i = 0; i < segment[0]; i++)
        {
            int id = segment[1 + 2 * i], tables = segment[2 + 2 * i];
            (_, int horizontal, int vertical) = _components.Find(c => c.Id == id);
            if (horizontal * vertical == 0 || _tables[(tables >> 4) & 3] is not { } dc || _tables[4 + (tables & 3)] is not { } ac) return false;
            bool isAlone = segment[0] == 1; // then a unit is one block, and the component has no padding
            for (int block = 0; block < (isAlone ? 1 : horizontal * vertical); block++) blocks.Add((dc, ac));
            if (isAlone) (across, down) = (8 * mostAcross / horizontal, 8 * mostDown / vertical);
        }

        long units = (long)((_width + across - 1) / across) * ((_height + down - 1) / down);
        for (long unit = 1; unit <= units; unit++)
        {
            foreach ((JpegCodes dc, JpegCodes ac) in blocks)
                if (!ReadBlock(dc, ac))
                    return false;
            if (unit == units) return EndInterval(isLast: true);
            if (_restart > 0 && unit % _restart == 0 && !EndInterval(isLast: false)) return false;
        }

        return false;
    }

    private bool ReadBlock(JpegCodes dc, JpegCodes ac)
    {
        int size = ReadCode(dc);
        if (size is < 0 or > 15 || ReadBits(size) < 0) return false;
        for (int k = 1; k < 64; k++)
        {
            int code = ReadCode(ac);
            if (code < 0) return false;
            if ((code & 15) == 0 && code != 0xF0) return true; // end of block
            k += code >> 4;
            if (k > 63 || ReadBits(code & 15) < 0) return k == 64 && code == 0xF0;
        }

        return true;
    }

    // The last byte is filled up with ones. Behind it come stray bytes, and then the marker.
    private bool EndInterval(bool isLast)
    {
        if ((_bits & ((1 << _left) - 1)) != (1 << _left) - 1) return false;
        _left = 0;
        int end = _at;
        if (JpegHeader.NextMarker(_jpeg, ref _at) is not { } marker || _at - end > MostStrays) return false;
        if (isLast) return true;
        if (marker is not (>= 0xD0 and <= 0xD7)) return false;
        Keep(_at, _at + 2);
        _at += 2;
        return true;
    }

    private int ReadCode(JpegCodes table)
    {
        int code = 0;
        for (int length = 0; length < 16; length++)
        {
            int bit = ReadBits(1);
            if (bit < 0) return -1;
            code = (code << 1) | bit;
            if (table.Find(code, length) is { } symbol) return symbol;
        }

        return -1;
    }

    // Returns -1 at a marker.
    private int ReadBits(int count)
    {
        int value = 0;
        for (; count > 0; count--)
        {
            if (_left == 0)
            {
                if (_at >= _jpeg.Length || (_jpeg[_at] == 0xFF && (_at + 1 >= _jpeg.Length || _jpeg[_at + 1] != 0))) return -1;
                int size = _jpeg[_at] == 0xFF ? 2 : 1;
                (_bits, _left) = (_jpeg[_at], 8);
                Keep(_at, _at + size);
                _at += size;
            }

            value = (value << 1) | ((_bits >> --_left) & 1);
        }

        return value;
    }
}

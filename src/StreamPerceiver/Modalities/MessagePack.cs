namespace StreamPerceiver.Modalities;

/// <summary>The items of MessagePack, with its extension for times.</summary>
internal sealed class MessagePack : IBinaryFormat
{
    private const sbyte TimeExtension = -1;

    /// <inheritdoc/>
    public static string Name => "MessagePack";

    /// <inheritdoc/>
    public static BinaryItem Read(scoped ref BinaryCursor cursor)
    {
        byte head = cursor.ReadByte();
        return head switch
        {
            < 0x80 => BinaryItem.Whole(head),
            < 0x90 => BinaryItem.Start(true, (ulong)(head & 0x0F), ref cursor),
            < 0xA0 => BinaryItem.Start(false, (ulong)(head & 0x0F), ref cursor),
            < 0xC0 => Text(ref cursor, (ulong)(head & 0x1F)),
            0xC0 => new BinaryItem { Kind = TokenKind.Null },
            0xC2 => new BinaryItem { Kind = TokenKind.False },
            0xC3 => new BinaryItem { Kind = TokenKind.True },
            >= 0xC4 and <= 0xC6 => new BinaryItem { Kind = TokenKind.Bytes, Text = cursor.Take(cursor.ReadUnsigned(1 << (head - 0xC4))) },
            >= 0xC7 and <= 0xC9 => ReadExtension(ref cursor, cursor.ReadUnsigned(1 << (head - 0xC7))),
            0xCA => BinaryItem.Float(cursor.ReadFloat(4)),
            0xCB => BinaryItem.Float(cursor.ReadFloat(8)),
            >= 0xCC and <= 0xCF => BinaryItem.Whole(cursor.ReadUnsigned(1 << (head - 0xCC))),
            >= 0xD0 and <= 0xD3 => BinaryItem.Whole(ReadSigned(ref cursor, 1 << (head - 0xD0))),
            >= 0xD4 and <= 0xD8 => ReadExtension(ref cursor, 1UL << (head - 0xD4)),
            >= 0xD9 and <= 0xDB => Text(ref cursor, cursor.ReadUnsigned(1 << (head - 0xD9))),
            0xDC or 0xDD => BinaryItem.Start(false, cursor.ReadUnsigned(head == 0xDC ? 2 : 4), ref cursor),
            0xDE or 0xDF => BinaryItem.Start(true, cursor.ReadUnsigned(head == 0xDE ? 2 : 4), ref cursor),
            >= 0xE0 => BinaryItem.Whole((sbyte)head),
            _ => throw cursor.Bad($"a byte {head:X2}"),
        };
    }

    private static BinaryItem Text(scoped ref BinaryCursor cursor, ulong length) => new() { Kind = TokenKind.String, Text = cursor.Take(length) };

    private static long ReadSigned(scoped ref BinaryCursor cursor, int bytes)
    {
        int unused = 64 - 8 * bytes;
        return (long)(cursor.ReadUnsigned(bytes) << unused) >> unused;
    }

    private static BinaryItem ReadExtension(scoped ref BinaryCursor cursor, ulong length)
    {
        bool isTime = (sbyte)cursor.ReadByte() == TimeExtension && length is 4 or 8 or 12;
        if (!isTime)
        {
            cursor.Take(length);
            return new BinaryItem { Kind = TokenKind.Other };
        }

        (ulong nanoseconds, decimal seconds) = (0, 0);
        if (length == 4) seconds = cursor.ReadUnsigned(4);
        if (length == 8) (nanoseconds, seconds) = Split(cursor.ReadUnsigned(8));
        if (length == 12) (nanoseconds, seconds) = (cursor.ReadUnsigned(4), (long)cursor.ReadUnsigned(8));
        seconds += nanoseconds / 1_000_000_000m;
        return new BinaryItem { Kind = TokenKind.Time, Number = (double)seconds, Exact = seconds };
    }

    // 30 bits of nanoseconds, then 34 of seconds.
    private static (ulong Nanoseconds, decimal Seconds) Split(ulong bits) => (bits >> 34, bits & 0x3_FFFF_FFFF);
}

namespace StreamPerceiver.Modalities;

/// <summary>The items of CBOR (RFC 8949). Tags are passed over, but for that of a time in seconds.</summary>
internal sealed class Cbor : IBinaryFormat
{
    private const int UnknownCount = 31;
    private const ulong SecondsTag = 1;
    private const int MostPieces = 1024;

    /// <inheritdoc/>
    public static string Name => "CBOR";

    /// <inheritdoc/>
    public static BinaryItem Read(scoped ref BinaryCursor cursor)
    {
        bool isTime = false;
        while (true)
        {
            byte head = cursor.ReadByte();
            (int major, int small) = (head >> 5, head & 31);
            if (major == 6)
            {
                isTime = ReadCount(ref cursor, small) == SecondsTag;
                continue;
            }

            BinaryItem item = Read(ref cursor, major, small);
            return isTime && item.Kind == TokenKind.Number
                ? new BinaryItem { Kind = TokenKind.Time, Number = item.Number, Exact = item.Exact }
                : item;
        }
    }

    private static BinaryItem Read(scoped ref BinaryCursor cursor, int major, int small) => major switch
    {
        0 => BinaryItem.Whole(ReadCount(ref cursor, small)),
        1 => BinaryItem.Whole(-1m - ReadCount(ref cursor, small)),
        2 => new BinaryItem { Kind = TokenKind.Bytes, Text = ReadBytes(ref cursor, major, small) },
        3 => new BinaryItem { Kind = TokenKind.String, Text = ReadBytes(ref cursor, major, small) },
        4 or 5 when small == UnknownCount => new BinaryItem { Kind = major == 5 ? TokenKind.StartObject : TokenKind.StartArray, Items = TokenNesting.Unknown },
        4 or 5 => BinaryItem.Start(major == 5, ReadCount(ref cursor, small), ref cursor),
        _ => ReadSimple(ref cursor, small),
    };

    private static BinaryItem ReadSimple(scoped ref BinaryCursor cursor, int small)
    {
        switch (small)
        {
            case 20:
                return new BinaryItem { Kind = TokenKind.False };
            case 21:
                return new BinaryItem { Kind = TokenKind.True };
            case 22 or 23:
                return new BinaryItem { Kind = TokenKind.Null };
            case 24:
                cursor.ReadByte();
                return new BinaryItem { Kind = TokenKind.Other };
            case 25 or 26 or 27:
                return BinaryItem.Float(cursor.ReadFloat(1 << (small - 24)));
            case UnknownCount:
                return new BinaryItem { Kind = TokenKind.EndArray };
            default:
                return small < 20 ? new BinaryItem { Kind = TokenKind.Other } : throw cursor.Bad($"additional information {small}");
        }
    }

    private static ulong ReadCount(scoped ref BinaryCursor cursor, int small) => small switch
    {
        < 24 => (ulong)small,
        < 28 => cursor.ReadUnsigned(1 << (small - 24)),
        _ => throw cursor.Bad($"additional information {small}"),
    };

    // A text of unknown length is in pieces, each with its length.
    private static ReadOnlySpan<byte> ReadBytes(scoped ref BinaryCursor cursor, int major, int small)
    {
        if (small != UnknownCount) return cursor.Take(ReadCount(ref cursor, small));
        using var whole = new MemoryStream();
        for (int pieces = 0; ; pieces++)
        {
            byte head = cursor.ReadByte();
            if (head == 0xFF) return whole.ToArray();
            if (head >> 5 != major || (head & 31) == UnknownCount) throw cursor.Bad("a piece of a text is no text,");
            if (pieces == MostPieces) throw cursor.Bad($"a text in more than {MostPieces} pieces");
            whole.Write(cursor.Take(ReadCount(ref cursor, head & 31)));
        }
    }
}

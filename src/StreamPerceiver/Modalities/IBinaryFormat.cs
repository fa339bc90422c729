namespace StreamPerceiver.Modalities;

/// <summary>How the items of a binary format are written: numbers, texts, and the beginnings of arrays and objects.</summary>
internal interface IBinaryFormat
{
    /// <summary>The name of the format, for messages.</summary>
    static abstract string Name { get; }

    /// <summary>Reads the next item.</summary>
    static abstract BinaryItem Read(scoped ref BinaryCursor cursor);
}

/// <summary>An item of a binary format.</summary>
internal ref struct BinaryItem
{
    /// <summary>The kind; an array or object begins with its item, and <see cref="TokenKind.EndArray"/> is the mark at the end of one.</summary>
    public TokenKind Kind { get; init; }

    /// <summary>The bytes of a text, in UTF-8.</summary>
    public ReadOnlySpan<byte> Text { get; init; }

    /// <summary>The number, or the seconds of a time since 1970; nearest to <see cref="Exact"/>.</summary>
    public double Number { get; init; }

    /// <summary>The number, or the seconds of a time, without rounding; null where a decimal cannot hold it.</summary>
    public decimal? Exact { get; init; }

    /// <summary>The items of an array, or the names and values of an object; <see cref="TokenNesting.Unknown"/>: up to a mark.</summary>
    public long Items { get; init; }

    /// <summary>Makes the item of a whole number.</summary>
    public static BinaryItem Whole(decimal value) => new() { Kind = TokenKind.Number, Number = (double)value, Exact = value };

    /// <summary>Makes the item of a float.</summary>
    public static BinaryItem Float(double value) => new() { Kind = TokenKind.Number, Number = value, Exact = ExactOf(value) };

    /// <summary>Makes the item that begins an array or object.</summary>
    /// <param name="isObject">Whether it is an object.</param>
    /// <param name="count">The elements of an array, the members of an object.</param>
    /// <param name="cursor">The payload, for the rejection of a count that no payload has.</param>
    public static BinaryItem Start(bool isObject, ulong count, scoped ref BinaryCursor cursor)
    {
        if (count > int.MaxValue) throw cursor.Bad($"an array or object of {count} items");
        return new() { Kind = isObject ? TokenKind.StartObject : TokenKind.StartArray, Items = (long)count * (isObject ? 2 : 1) };
    }

    /// <summary>
    /// Returns the exact value of a number, or null where a decimal cannot hold it. .NET's own conversion keeps 15 digits, and a time in nanoseconds has 19.
    /// </summary>
    public static decimal? ExactOf(double value)
    {
        double whole = Math.Truncate(value);
        return !(Math.Abs(whole) < long.MaxValue) ? null : (decimal)(long)whole + (decimal)(value - whole);
    }
}

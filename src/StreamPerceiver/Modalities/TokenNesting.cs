using System.Runtime.CompilerServices;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>The arrays and objects around the current token of a format that counts their items, with limits on depth and number of values.</summary>
/// <param name="format">The name of the format, for messages.</param>
/// <param name="mostValues">Most values: numbers, texts, arrays and objects.</param>
internal struct TokenNesting(string format, long mostValues)
{
    /// <summary>Stands for a number of items that is not known before their end.</summary>
    public const long Unknown = long.MaxValue;

    private Levels _left; // items to come, names and values of objects alike
    private ulong _objects; // a bit a level
    private long _values;

    /// <summary>How many arrays and objects are open.</summary>
    public int Depth { get; private set; }

    /// <summary>Whether the innermost one that is open is an object.</summary>
    public readonly bool IsInObject => Depth > 0 && (_objects >> (Depth - 1) & 1) != 0;

    /// <summary>Whether the next item of an object is a name.</summary>
    public readonly bool IsNameNext => IsInObject && _left[Depth - 1] % 2 == (HasUnknownCount ? 1 : 0);

    /// <summary>Whether all items of the innermost array or object were read.</summary>
    public readonly bool IsAtEnd => Depth > 0 && _left[Depth - 1] == 0;

    /// <summary>Whether the innermost array or object ends with a mark.</summary>
    public readonly bool HasUnknownCount => Depth > 0 && _left[Depth - 1] > Unknown / 2;

    /// <summary>Counts an item of the innermost array or object.</summary>
    public void CountItem(bool isName)
    {
        if (Depth > 0) _left[Depth - 1]--;
        if (!isName && ++_values > mostValues)
            throw new BadPayloadException(RejectionReason.TooLarge, $"the {format} has {_values} values or more, expected at most {mostValues}");
    }

    /// <summary>Opens an array or object, after it was counted as an item.</summary>
    /// <param name="isObject">Whether it is an object.</param>
    /// <param name="items">Its items; those of an object are names and values.</param>
    public void Open(bool isObject, long items)
    {
        if (Depth == JsonTokens.MostDepth)
            throw new BadPayloadException(RejectionReason.TooLarge, $"the {format} has {Depth + 1} levels, expected at most {Depth}");
        _left[Depth] = items;
        _objects = isObject ? _objects | 1UL << Depth : _objects & ~(1UL << Depth);
        Depth++;
    }

    /// <summary>Closes the innermost array or object.</summary>
    public void Close() => Depth--;

    [InlineArray(JsonTokens.MostDepth)]
    private struct Levels
    {
        private long _first;
    }
}

namespace StreamPerceiver.Modalities.Video;

/// <summary>A table of Huffman codes. Codes of each length are consecutive (ITU-T T.81, C.2).</summary>
internal sealed class JpegCodes
{
    private readonly int[] _first = new int[16], _count = new int[16], _symbol = new int[16];
    private readonly byte[] _symbols;

    /// <summary>Makes the table of a segment.</summary>
    /// <param name="counts"><c>(16)</c>: the number of codes of each length.</param>
    /// <param name="symbols">Their symbols, in the order of the codes.</param>
    public JpegCodes(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        _symbols = symbols.ToArray();
        for (int length = 0, code = 0, symbol = 0; length < 16; length++, code <<= 1)
        {
            (_first[length], _count[length], _symbol[length]) = (code, counts[length], symbol);
            (code, symbol) = (code + counts[length], symbol + counts[length]);
        }
    }

    /// <summary>Finds the symbol of a code of a length, less 1. Returns null where there is none.</summary>
    public int? Find(int code, int length) => code - _first[length] is var i && i >= 0 && i < _count[length] ? _symbols[_symbol[length] + i] : null;
}

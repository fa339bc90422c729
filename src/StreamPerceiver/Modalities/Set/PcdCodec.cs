using System.Buffers.Binary;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Set;

/// <summary>Decodes files of the Point Cloud Library (PCD 0.6 and 0.7), in text, in binary, or in binary compressed by LZF.</summary>
internal sealed class PcdCodec(SetSpec spec) : ICodec
{
    private const int MostExpansion = 88; // LZF makes at most 264 bytes of 3

    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["application/x-pcd", "application/pcd", "application/vnd.pcd", "model/pcd", "model/x-pcd"];

    /// <summary>Estimates the bytes that decoding takes beside the payload, by its header.</summary>
    /// <exception cref="BadPayloadException">The payload has no such header, or too many points.</exception>
    public static long DecodingBytes(SetSpec spec, ReadOnlySpan<byte> payload) => DecodingBytes(spec, PcdHeader.Read(payload));

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        ReadOnlySpan<byte> payload = record.Record.Value;
        PcdHeader header = PcdHeader.Read(payload);
        PcdColumn[] columns = [.. spec.Channels.Select(channel => PcdColumn.Find(channel, header.Fields))];
        samples.CheckDecodingBytes(DecodingBytes(spec, header), $"a cloud of {header.Points} points");
        var points = new PointCollector(spec);
        ReadOnlySpan<byte> data = payload[header.Length..];
        if (header.Data == PcdHeader.Text) ReadText(data, header, columns, points);
        else if (header.Data == PcdHeader.Compressed) ReadFields(Decompress(data, header), header, columns, points);
        else ReadRows(data, header, columns, points);
        samples.Add(spec.Reading(record, points.Elements.Span, points.Dropped));
    }

    private static long DecodingBytes(SetSpec spec, PcdHeader header)
        => spec.ElementBytes(header.Points) + (header.Data == PcdHeader.Compressed ? header.CompressedBytes : 0);

    private void ReadText(ReadOnlySpan<byte> data, PcdHeader header, PcdColumn[] columns, PointCollector points)
    {
        ILookup<int, int> channels = Enumerable.Range(0, columns.Length).ToLookup(c => columns[c].Field.Word);
        int[][] byWord = [.. Enumerable.Range(0, header.Words).Select(word => channels[word].ToArray())];
        var lines = new NumberLines(data);
        for (int point = 0; point < header.Points; point++)
        {
            if (!lines.Next()) throw Cut($"{point} points follow the header, expected {header.Points}");
            for (int i = 0; i < byWord.Length; i++)
            {
                ReadOnlySpan<byte> word = lines.TakeWord();
                if (word.IsEmpty) throw Cut($"point {point} has {i} numbers, expected {byWord.Length}");
                foreach (int c in byWord[i]) points.Point[c] = columns[c].Part(NumberLines.Parse(word, spec.Channels[c], point));
            }

            if (!lines.TakeWord().IsEmpty) throw Cut($"point {point} has more than {byWord.Length} numbers, expected that many");
            points.Add();
        }
    }

    // Binary data are points, one behind the other.
    private static void ReadRows(ReadOnlySpan<byte> data, PcdHeader header, PcdColumn[] columns, PointCollector points)
    {
        if ((long)header.Points * header.RowBytes > data.Length)
            throw Cut($"{header.Points} points of {header.RowBytes} bytes are cut off: {data.Length} bytes follow the header");
        for (int point = 0; point < header.Points; point++)
        {
            ReadOnlySpan<byte> row = data.Slice(point * header.RowBytes, header.RowBytes);
            for (int c = 0; c < columns.Length; c++) points.Point[c] = columns[c].Read(row[columns[c].Field.Offset..]);
            points.Add();
        }
    }

    // Compressed data are fields, one behind the other, each with its numbers of all points. Padding is no part of them.
    private static void ReadFields(ReadOnlySpan<byte> data, PcdHeader header, PcdColumn[] columns, PointCollector points)
    {
        int[] starts = [.. columns.Select(column => (int)(header.Points * header.Fields.TakeWhile(f => f != column.Field).Sum(f => f.CompressedBytes)))];
        for (int point = 0; point < header.Points; point++)
        {
            for (int c = 0; c < columns.Length; c++) points.Point[c] = columns[c].Read(data[(starts[c] + point * columns[c].Field.Bytes)..]);
            points.Add();
        }
    }

    private static byte[] Decompress(ReadOnlySpan<byte> data, PcdHeader header)
    {
        if (data.Length < 8) throw Cut($"{data.Length} bytes follow the header, expected two lengths and compressed points");
        uint packed = BinaryPrimitives.ReadUInt32LittleEndian(data), whole = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
        if (whole != header.CompressedBytes)
            throw Cut($"the points have {whole} bytes before compression, expected {header.CompressedBytes} for {header.Points} points");
        if (whole > MostExpansion * (ulong)packed)
            throw Cut($"{packed} compressed bytes are {whole} uncompressed ones, expected at most {MostExpansion} times as many");
        if (packed > data.Length - 8) throw Cut($"{packed} bytes of compressed points are cut off: {data.Length - 8} follow");
        var bytes = new byte[whole];
        return Lzf.TryDecompress(data.Slice(8, (int)packed), bytes) ? bytes : throw Cut("the compressed points are no LZF of their length");
    }

    private static BadPayloadException Cut(string message) => new(RejectionReason.Undecodable, message);
}

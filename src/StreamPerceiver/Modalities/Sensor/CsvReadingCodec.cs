using System.Globalization;
using System.Text;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>
/// Decodes <c>text/csv</c>: a reading a line. The first line names the columns, or the columns are the channels in their order. Readings before a bad line are
/// used; that line and all lines after it are rejected.
/// </summary>
/// <param name="channels">Names of the channels, in the model's order.</param>
/// <param name="layout">Where the numbers of a reading are.</param>
/// <param name="format">How the lines are written. The parameter <c>header</c> of the content type overrides whether there is a header.</param>
/// <param name="time">The column with the time of a reading.</param>
/// <param name="rateHz">Readings a second where the lines have no times; null: not known.</param>
internal sealed class CsvReadingCodec(IReadOnlyList<string> channels, NumberLayout layout, CsvFormat format, TimeMember time, double? rateHz) : ITimedCodec
{
    private const int MostColumns = 65_536;
    private const int Unused = -1, Time = -2;

    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["text/csv", "application/csv"];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        var rows = new CsvRows(record.Record.Value, format.Separator);
        int[] columns = ReadColumns(ref rows, contentType);
        var batch = new ReadingBatch(record, samples, time, "line") { RateHz = ReadingBatch.RateOf(contentType, rateHz) };
        while (true)
        {
            try
            {
                if (!rows.ReadRow()) return;
                batch.Number = rows.Line;
                batch.Add(ReadRow(ref rows, columns, out EventTime? own), own);
            }
            catch (BadPayloadException bad)
            {
                batch.Number = rows.Line;
                throw batch.Named(bad);
            }
        }
    }

    /// <inheritdoc/>
    public EventTime FindTime(SourceRecord record, ContentType contentType, TimeMember member)
    {
        var rows = new CsvRows(record.Value, format.Separator);
        int column = Array.IndexOf(ReadColumns(ref rows, contentType), Time);
        if (column < 0 || !rows.ReadRow()) throw member.Missing();
        ReadOnlySpan<byte> cell = [];
        for (int i = 0; i <= column; i++)
            if (!rows.ReadCell(out cell))
                throw member.Missing();
        return member.Read(cell);
    }

    // Returns what each column is: the index of a channel, or one of the other numbers.
    private int[] ReadColumns(ref CsvRows rows, ContentType type)
    {
        string header = type.Parameters.GetValueOrDefault("header", format.HasHeader ? "present" : "absent");
        if (header is not ("present" or "absent"))
            throw new BadPayloadException(RejectionReason.UnknownContentType, $"{type.MediaType}: parameter header is {header}, expected present or absent");
        if (header == "absent") return [.. Enumerable.Range(0, channels.Count)];
        List<int> columns = [];
        rows.ReadRow();
        while (rows.ReadCell(out ReadOnlySpan<byte> cell))
        {
            if (columns.Count == MostColumns) throw Wrong($"there are more than {MostColumns} columns");
            string name = Encoding.UTF8.GetString(cell);
            int channel = IndexOf(name);
            if (channel >= 0 && columns.Contains(channel)) throw Wrong($"channel {name} occurs twice");
            columns.Add(channel < 0 && name == time.Name ? Time : channel);
        }

        foreach ((int channel, string name) in channels.Index())
            if (!columns.Contains(channel))
                throw Wrong($"channel {name} is missing in the header");
        return [.. columns];
    }

    private int IndexOf(string name)
    {
        for (int i = 0; i < channels.Count; i++)
            if (channels[i] == name)
                return i;
        return Unused;
    }

    private float[] ReadRow(ref CsvRows rows, int[] columns, out EventTime? own)
    {
        own = null;
        var values = new float[layout.Length];
        int column = 0;
        for (; rows.ReadCell(out ReadOnlySpan<byte> cell); column++)
        {
            if (column == columns.Length) throw Wrong($"there are more than {column} cells");
            if (columns[column] == Time) own = cell.IsEmpty && !time.IsRequired ? null : time.Read(cell);
            else if (columns[column] is >= 0 and var channel && layout.Store(values, channel, ReadNumber(cell, channels[channel])) is { } problem)
                throw Wrong($"channel {channels[channel]} {problem}");
        }

        return column == columns.Length ? values : throw Wrong($"there are {column} cells, expected {columns.Length}");
    }

    private double ReadNumber(ReadOnlySpan<byte> cell, string channel)
    {
        Span<byte> number = stackalloc byte[TextNumber.MostBytes];
        if (cell.Length > number.Length) throw Wrong($"channel {channel} {TextNumber.TooLong("CSV", cell.Length)}");
        cell.CopyTo(number);
        number = number[..cell.Length];
        if (format.DecimalMark == ',') number.Replace((byte)',', (byte)'.');
        if (double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)) return value;
        throw Wrong($"channel {channel} is '{Encoding.UTF8.GetString(cell)}'");
    }

    private BadPayloadException Wrong(string found)
        => new(RejectionReason.WrongShape, $"{found}; expected numbers for {string.Join(", ", channels)}");
}

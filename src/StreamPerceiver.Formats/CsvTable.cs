using System.Text;

namespace StreamPerceiver.Formats;

/// <summary>Reads and writes tables in CSV (RFC 4180): commas, cells in quotes where they need them, a first row of names.</summary>
public sealed class CsvTable
{
    private const int MostCell = 1 << 20;

    private readonly TextReader _reader;
    private readonly StringBuilder _cell = new();

    /// <summary>Begins to read a table.</summary>
    /// <exception cref="FormatException">It has no row of names, or a name twice.</exception>
    public CsvTable(TextReader reader)
    {
        _reader = reader;
        Names = [.. (ReadRow() ?? throw new FormatException("is empty, expected a row of names")).Select(name => name.Trim())];
        if (Names.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new FormatException($"has the column '{twice.Key}' {twice.Count()} times, expected once");
    }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The line on which the last row began, from 1.</summary>
    public int Line { get; private set; }

    private int _lines = 1; // begun so far

    /// <summary>Reads the next row. Returns null at the end. Empty lines are passed over.</summary>
    /// <exception cref="FormatException">It has another number of cells than there are names, or a quote is not closed.</exception>
    public IReadOnlyList<string>? Read()
    {
        List<string>? row;
        do row = ReadRow();
        while (row is [""] && Names.Count > 1);
        return row is null || row.Count == Names.Count ? row : throw new FormatException($"has {row.Count} cells, expected {Names.Count} as in the first row");
    }

    /// <summary>Writes the cells of a row, quoted where they need it.</summary>
    public static void Write(TextWriter writer, IEnumerable<string> cells) => writer.Write($"{string.Join(',', cells.Select(Quoted))}\n");

    private static string Quoted(string cell)
        => cell.AsSpan().ContainsAny(",\"\r\n") || cell != cell.Trim() ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;

    private List<string>? ReadRow()
    {
        if (_reader.Peek() < 0) return null;
        Line = _lines;
        List<string> cells = [];
        while (true)
        {
            int end = ReadCell();
            cells.Add(_cell.ToString());
            if (end == ',') continue;
            _lines++;
            return cells;
        }
    }

    // Returns the character behind the cell: a comma, the end of the line, or -1.
    private int ReadCell()
    {
        _cell.Clear();
        if (_reader.Peek() == '"') ReadQuoted();
        while (true)
        {
            int next = _reader.Read();
            if (next == '\r' && _reader.Peek() == '\n') continue;
            if (next is ',' or '\n' or -1) return next;
            Append(next);
        }
    }

    private void ReadQuoted()
    {
        _reader.Read();
        while (true)
        {
            int next = _reader.Read();
            if (next < 0) throw new FormatException("ends within a quoted cell, expected a closing quote");
            if (next == '"' && _reader.Peek() != '"') return;
            if (next == '"') _reader.Read();
            if (next == '\n') _lines++;
            Append(next);
        }
    }

    private void Append(int character)
    {
        if (_cell.Length == MostCell) throw new FormatException($"has a cell of more than {MostCell} characters, expected at most so many");
        _cell.Append((char)character);
    }
}

using System.Globalization;
using System.Text;

namespace StreamPerceiver.Flow;

/// <summary>Reads the times of a table's rows. Where nothing states how they are written, the first row tells: RFC 3339, or the unit by its size.</summary>
/// <param name="name">What messages call the column.</param>
/// <param name="format">How they are written; null: the first row tells.</param>
/// <param name="note">Receives what was found.</param>
public sealed class RowTimes(string name, TimeFormat? format, Action<string> note)
{
    // 1e11 seconds are the year 5138, and 1e11 milliseconds are 1973.
    private const decimal MostSeconds = 1e11m, MostMilliseconds = 1e14m, MostMicroseconds = 1e17m;

    /// <summary>How they are written; null: nothing states it yet.</summary>
    public TimeFormat? Format { get; private set; } = format;

    /// <summary>Returns the unit that the end of a column's name states, such as <c>_ms</c>. Null where it states none.</summary>
    public static TimeFormat? UnitOf(string column)
        => column.LastIndexOf('_') is >= 0 and var at && Enum.TryParse(column[(at + 1)..], ignoreCase: true, out TimeFormat unit) && unit != TimeFormat.Rfc3339
            ? unit
            : null;

    /// <summary>Reads the time of a cell.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public EventTime Read(string text)
    {
        TimeFormat format = Format ??= Find(text);
        return TimeText.TryParse(Encoding.UTF8.GetBytes(text), format, out EventTime time)
            ? time
            : throw new FormatException($"{name} is '{text}', expected {TimeText.Expected(format)}");
    }

    private TimeFormat Find(string text)
    {
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)) return TimeFormat.Rfc3339;
        TimeFormat found = Math.Abs(number) switch
        {
            < MostSeconds => TimeFormat.S,
            < MostMilliseconds => TimeFormat.Ms,
            < MostMicroseconds => TimeFormat.Us,
            _ => TimeFormat.Ns,
        };
        note($"{name} is read as {TimeText.Expected(found)}, by the size of {text}; a column {name}_s, _ms, _us or _ns states it");
        return found;
    }
}

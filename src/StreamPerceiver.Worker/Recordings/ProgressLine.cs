using System.Globalization;

namespace StreamPerceiver.Worker.Recordings;

/// <summary>Prints how far a long piece of work has come, once a second: over the same line of a terminal, else as a new line every ten seconds.</summary>
internal sealed class ProgressLine(TimeProvider time, TextWriter output, bool isTerminal)
{
    private readonly long _begun = time.GetTimestamp();
    private TimeSpan _last;
    private int _width;

    /// <summary>The time since the start.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_begun);

    /// <summary>Prints a line, if it is due.</summary>
    /// <param name="line">Makes the line.</param>
    /// <param name="isNew">Whether a terminal shows it at once, as the answer to a key (default: no).</param>
    public void Show(Func<string> line, bool isNew = false)
    {
        if (!(isNew && isTerminal) && Elapsed - _last < TimeSpan.FromSeconds(isTerminal ? 1 : 10)) return;
        _last = Elapsed;
        string text = line();
        if (isTerminal) output.Write($"\r{text.PadRight(_width)}");
        else output.WriteLine(text);
        _width = text.Length;
    }

    /// <summary>Begins a new line, if one was printed over.</summary>
    public void End()
    {
        if (isTerminal && _width > 0) output.WriteLine();
    }

    /// <summary>Formats bytes as megabytes.</summary>
    public static string Megabytes(double bytes) => (bytes / 1e6).ToString("F1", CultureInfo.InvariantCulture);
}

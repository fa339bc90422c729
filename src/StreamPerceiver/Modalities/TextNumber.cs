using System.Globalization;

namespace StreamPerceiver.Modalities;

/// <summary>Reads numbers that stand in texts.</summary>
internal static class TextNumber
{
    /// <summary>Most bytes of a number in a text.</summary>
    public const int MostBytes = 128;

    /// <summary>Returns the problem of a text that is too long for a number.</summary>
    public static string TooLong(string format, int bytes) => $"is a {format} String of {bytes} bytes, expected a number of at most {MostBytes}";

    /// <summary>Reads a number. Returns what is wrong with the text, or null.</summary>
    /// <param name="format">The name of the payload's format, for messages.</param>
    /// <param name="text">The text.</param>
    /// <param name="isAllowed">Whether a text may be a number.</param>
    /// <param name="number">The number.</param>
    public static string? Read(string format, ReadOnlySpan<char> text, bool isAllowed, out double number)
    {
        bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
        if (isNumber && isAllowed) return null;
        return $"is a {format} String, \"{text}\"{(isNumber ? ", which is a number only with numbersAsText" : "")}";
    }
}

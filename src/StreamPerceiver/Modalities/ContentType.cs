using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>
/// A media type with its parameters, such as <c>audio/pcm;rate=16000;channels=1;format=s16le</c> (RFC 9110, section 8.3.1). Names ignore case.
/// </summary>
internal sealed record ContentType(string MediaType, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Parses a header. A missing or empty header gives an empty media type.</summary>
    public static ContentType Parse(string? header)
    {
        string[] parts = (header ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string part in parts.Skip(1))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) parameters[part[..equals].Trim()] = part[(equals + 1)..].Trim().Trim('"');
        }

        return new ContentType(parts.Length > 0 ? parts[0].ToLowerInvariant() : "", parameters);
    }

    /// <summary>Reads a parameter that is a whole number in a range.</summary>
    /// <exception cref="BadPayloadException">The parameter is missing, no whole number, or outside the range.</exception>
    public int ReadNumber(string name, int minimum, int maximum)
    {
        string text = Parameters.GetValueOrDefault(name, "missing");
        if (int.TryParse(text, out int value) && value >= minimum && value <= maximum) return value;
        throw new BadPayloadException(
            RejectionReason.UnknownContentType, $"{MediaType}: parameter {name} is {text}, expected {minimum} to {maximum}");
    }
}

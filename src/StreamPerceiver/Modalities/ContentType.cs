namespace StreamPerceiver.Modalities;

/// <summary>A media type with its parameters, as in <c>audio/pcm;rate=16000;channels=1;format=s16le</c> (RFC 9110, section 8.3.1). Names compare without case.</summary>
internal sealed record ContentType(string MediaType, IReadOnlyDictionary<string, string> Parameters)
{
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

    /// <summary>A whole number among the parameters.</summary>
    public int Number(string name, int minimum, int maximum)
    {
        string text = Parameters.GetValueOrDefault(name, "missing");
        return int.TryParse(text, out int value) && value >= minimum && value <= maximum
            ? value
            : throw new BadPayloadException(Flow.RejectionReason.UnknownContentType, $"{MediaType}: parameter {name} is {text}, expected {minimum} to {maximum}");
    }
}

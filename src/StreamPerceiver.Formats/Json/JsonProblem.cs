namespace StreamPerceiver.Formats;

/// <summary>
/// How a problem of a JSON file is written. Each file that the product reads uses the same words: the key's path, what was found, and what was expected.
/// </summary>
public static class JsonProblem
{
    private const int MostShown = 60;

    /// <summary>Names a value that is not allowed.</summary>
    /// <param name="path">The key's path.</param>
    /// <param name="found">The value as the file has it; a long one is cut.</param>
    /// <param name="expected">What is allowed.</param>
    public static string Wrong(string path, string found, string expected) => $"{path} is {Shorten(found)}, expected {expected}";

    /// <summary>Names a key that is not there.</summary>
    /// <param name="path">The key's path.</param>
    /// <param name="expected">What is allowed.</param>
    public static string Missing(string path, string expected) => $"{path} is missing, expected {expected}";

    /// <summary>Names a key that nothing reads.</summary>
    /// <param name="path">The key's path.</param>
    /// <param name="known">The keys that are read there.</param>
    public static string Unknown(string path, IEnumerable<string> known) => $"{path} is not a known key, expected one of {string.Join(", ", known)}";

    /// <summary>Cuts a text of JSON so that a message stays one line.</summary>
    /// <param name="json">The text as the file has it.</param>
    public static string Shorten(string json) => json.Length <= MostShown ? json : $"{json[..(MostShown - 3)]}...";
}

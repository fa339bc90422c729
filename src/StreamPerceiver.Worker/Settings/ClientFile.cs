namespace StreamPerceiver.Worker.Settings;

/// <summary>
/// Reads settings of a client from a file of their own, which keeps secrets out of command lines and of appsettings.json. The format is that of
/// <c>--command-config</c> of Kafka's own tools, with librdkafka's keys: <c>key=value</c> a line, and comments after <c>#</c>. No message has a value
/// of the file.
/// </summary>
internal static class ClientFile
{
    /// <summary>Reads the file. Adds each problem to the errors, with file and line.</summary>
    /// <param name="setting">The setting that names the file.</param>
    /// <param name="file">The file.</param>
    /// <param name="check">Returns what is wrong with a key and its value, or null.</param>
    /// <param name="errors">Gets the problems.</param>
    public static Dictionary<string, string> Read(string setting, string file, Func<string, string, string?> check, List<string> errors)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.Add($"{setting} is '{file}', which cannot be read, expected a file of lines key=value: {e.Message}");
            return [];
        }

        Dictionary<string, string> settings = [];
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] is '#' or '!') continue;
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? "" : line[..equals].TrimEnd();
            string? error = key.Length == 0 ? "is no setting, expected key=value"
                : settings.TryAdd(key, line[(equals + 1)..].TrimStart()) ? check(key, settings[key])
                : "is there twice";
            if (error is not null) errors.Add($"{file}:{i + 1}: {(key.Length == 0 ? "the line" : key)} {error}");
        }

        return settings;
    }
}

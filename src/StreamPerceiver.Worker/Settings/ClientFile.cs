using StreamPerceiver.Kafka;

namespace StreamPerceiver.Worker.Settings;

/// <summary>
/// Settings of the Kafka client in a file of their own, so that secrets are in no command line and in no appsettings.json. As Kafka's own tools take it with
/// <c>--command-config</c>: <c>key=value</c> a line, comments after <c>#</c>; but with librdkafka's keys. No message ever says a value of it.
/// </summary>
internal static class ClientFile
{
    /// <summary>Reads the file; what is wrong goes to the errors, with file and line.</summary>
    public static Dictionary<string, string> Read(string file, List<string> errors)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.Add($"Kafka:ClientFile is '{file}', which cannot be read, expected a file of lines key=value: {e.Message}");
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
                : settings.TryAdd(key, line[(equals + 1)..].TrimStart()) ? ClientSettings.Check(key, settings[key], mayBeShown: false)
                : "is there twice";
            if (error is not null) errors.Add($"{file}:{i + 1}: {(key.Length == 0 ? "the line" : key)} {error}");
        }

        return settings;
    }
}

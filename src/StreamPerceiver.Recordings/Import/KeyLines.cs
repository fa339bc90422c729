using System.Text.Json;

namespace StreamPerceiver.Recordings.Import;

/// <summary>Finds the lines of a JSON file at which its keys stand, for messages about them.</summary>
internal sealed class KeyLines
{
    private readonly List<(string Path, int Line)> _keys = [];

    /// <summary>Finds the line of each key.</summary>
    /// <param name="utf8">The file, which is valid JSON; comments and trailing commas are allowed.</param>
    public KeyLines(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        Stack<string> parents = [];
        string path = "$";
        int line = 1, counted = 0;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    path = $"{parents.Peek()}.{reader.GetString()}";
                    int start = (int)reader.TokenStartIndex;
                    line += utf8[counted..start].Count((byte)'\n');
                    counted = start;
                    _keys.Add((path, line));
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    parents.Push(path);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    parents.Pop();
                    break;
            }
        }
    }

    /// <summary>Puts the line before a problem that begins with the path of a key, or of one that is missing beside others.</summary>
    public string AddLine(string problem)
    {
        (string path, int line) = _keys.Where(k => problem.StartsWith(k.Path, StringComparison.Ordinal) && problem.Length > k.Path.Length
            && problem[k.Path.Length] is (' ' or '.' or ':')).OrderByDescending(k => k.Path.Length).FirstOrDefault();
        return path is null ? problem : $"line {line}: {problem}";
    }
}

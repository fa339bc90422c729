using System.Text.RegularExpressions;

namespace StreamPerceiver.Recordings.Import;

/// <summary>
/// The topics of a bag that an entry of a map is for: one by its name, or several by a pattern such as <c>/{robot}/imu</c>. A name in braces stands for one
/// part of a topic, and can be used where the entry writes texts.
/// </summary>
/// <param name="text">The pattern.</param>
internal sealed partial class TopicPattern(string text)
{
    private readonly Regex _regex = new(
        $"^{string.Concat(Hole().Split(text).Select((part, i) => i % 2 == 0 ? Regex.Escape(part) : $"(?<{part}>[^/]+)"))}\\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    /// <summary>Returns the parts of a topic by their names; null where the topic is another one.</summary>
    public IReadOnlyDictionary<string, string>? Match(string topic)
    {
        Match match = _regex.Match(topic);
        return match.Success ? match.Groups.Values.Skip(1).ToDictionary(g => g.Name, g => g.Value, StringComparer.Ordinal) : null;
    }

    /// <summary>Returns what is wrong with a text that uses the parts; null: nothing.</summary>
    public string? ProblemOf(string template)
    {
        string[] names = NamesIn(text);
        string? unknown = NamesIn(template).FirstOrDefault(name => !names.Contains(name));
        return unknown is null ? null
            : names.Length == 0 ? $"has {{{unknown}}}, and the topic {text} has no part in braces"
            : $"has {{{unknown}}}, expected one of {string.Join(", ", names)}";
    }

    /// <summary>Puts the parts of a topic into a text.</summary>
    public static string Fill(string template, IReadOnlyDictionary<string, string> parts)
        => Hole().Replace(template, hole => parts[hole.Groups[1].Value]);

    /// <summary>Returns what is wrong with a pattern; null: nothing.</summary>
    public static string? Problem(string text)
        => NamesIn(text).GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? $"has {{{twice.Key}}} twice, expected different names"
            : null;

    private static string[] NamesIn(string text) => [.. Hole().Matches(text).Select(m => m.Groups[1].Value)];

    [GeneratedRegex(@"\{([a-z][a-z0-9_]*)\}")]
    private static partial Regex Hole();
}

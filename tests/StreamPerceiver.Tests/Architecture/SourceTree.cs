using System.Text.RegularExpressions;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Architecture;

/// <summary>The repository's own text files, by their paths from its root, with slashes.</summary>
internal static class SourceTree
{
    private static readonly string[] NotOurs = [".git", "artifacts", "bin", "obj", ".vs", "TestResults"];

    private static readonly Lazy<IReadOnlyDictionary<string, string>> Read = new(() => Walk(RepositoryRoot.Path())
        .Select(f => (Path: Path.GetRelativePath(RepositoryRoot.Path(), f).Replace('\\', '/'), Text: File.ReadAllText(f)))
        .Where(f => !f.Text.Contains('\0', StringComparison.Ordinal)) // weights, pictures
        .ToDictionary(f => f.Path, f => f.Text, StringComparer.Ordinal));

    /// <summary>Text by path.</summary>
    public static IReadOnlyDictionary<string, string> Files => Read.Value;

    /// <summary>C# files under a folder, with their text.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Code(string folder)
        => Files.Where(f => f.Key.StartsWith($"{folder}/", StringComparison.Ordinal) && f.Key.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>Lines of a text that match, as <c>path:line: text</c>.</summary>
    public static IEnumerable<string> Matches(this KeyValuePair<string, string> file, Regex pattern)
        => file.Value.Split('\n').Select((line, i) => (line, i)).Where(l => pattern.IsMatch(l.line)).Select(l => $"{file.Key}:{l.i + 1}: {l.line.Trim()}");

    private static IEnumerable<string> Walk(string folder)
        => Directory.EnumerateFiles(folder).Concat(Directory.EnumerateDirectories(folder).Where(d => !NotOurs.Contains(Path.GetFileName(d))).SelectMany(Walk));
}

using System.Text.RegularExpressions;

namespace StreamPerceiver.Tests.Architecture;

/// <summary>Rules that hold of every file.</summary>
public sealed partial class TreeTests
{
    private const int MostLines = 200;
    private const int MostCharacters = 160;

    [Fact]
    public void No_source_file_is_longer_than_200_lines()
        => SourceTree.Files.Where(f => Source().IsMatch(f.Key) && f.Value.Count(c => c == '\n') > MostLines).Select(f => f.Key).ShouldBeEmpty();

    [Fact]
    public void No_line_of_code_is_longer_than_160_characters()
        => SourceTree.Code("src").Concat(SourceTree.Code("tests")).SelectMany(LongLines).ShouldBeEmpty();

    [Fact]
    public void Nothing_is_left_to_be_done_in_a_comment()
        => SourceTree.Files.Where(f => !f.Key.EndsWith(".md", StringComparison.Ordinal)).SelectMany(f => f.Matches(Unfinished())).ShouldBeEmpty();

    [Fact]
    public void Nothing_names_a_place_on_one_machine()
        => SourceTree.Files.SelectMany(f => f.Matches(MachinePath())).ShouldBeEmpty();

    [Fact]
    public void Every_banned_symbol_says_what_to_use_instead()
        => SourceTree.Files["BannedSymbols.txt"].Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !Banned().IsMatch(line)).ShouldBeEmpty();

    [Fact]
    public void Lines_end_as_the_editor_is_told()
        => SourceTree.Files.Where(f => Written().IsMatch(f.Key) && (f.Value.Contains('\r', StringComparison.Ordinal) || !f.Value.EndsWith('\n')))
            .Select(f => f.Key).ShouldBeEmpty();

    [Fact]
    public void The_patterns_find_what_they_look_for()
    {
        Unfinished().IsMatch("// TO" + "DO: later").ShouldBeTrue();
        MachinePath().IsMatch("File.Open(\"/ho" + "me/me/x\")").ShouldBeTrue();
        MachinePath().IsMatch("src/work/x, https://host/home/x").ShouldBeFalse();
        LongLines(new("x.cs", $"{new string('x', MostCharacters)}\n{new string('x', MostCharacters + 1)}")).ShouldBe(["x.cs:2: 161 characters"]);
        SourceTree.Files.Count.ShouldBeGreaterThan(200);
    }

    private static IEnumerable<string> LongLines(KeyValuePair<string, string> file)
        => file.Value.Split('\n').Select((line, i) => (line.Length, Number: i + 1)).Where(line => line.Length > MostCharacters)
            .Select(line => $"{file.Key}:{line.Number}: {line.Length} characters");

    [GeneratedRegex(@"\.(cs|cpp|h|targets|props)$")]
    private static partial Regex Source();

    [GeneratedRegex(@"\.(cs|cpp|h|targets|props|csproj|md|txt|yml|yaml)$")]
    private static partial Regex Written();

    [GeneratedRegex(@"\b(TO[D]O|FIX[M]E|XX[X])\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"(?<![\w.~-])/(work|home|root)/")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"^[TMPF]:[^;]+; .{10,}")]
    private static partial Regex Banned();
}

using System.Text.RegularExpressions;

namespace StreamPerceiver.Tests.Architecture;

/// <summary>Rules that hold of every file.</summary>
public sealed partial class TreeTests
{
    private const int Most = 400;
    private const int MostInSource = 200;

    /// <summary>Files that may be longer, each with the reason.</summary>
    private static readonly Dictionary<string, string> MayBeLonger = [];

    [Fact]
    public void No_source_file_is_longer_than_a_reader_can_hold()
        => TooLong().Except(MayBeLonger.Keys).ShouldBeEmpty();

    [Fact]
    public void A_file_that_may_be_longer_is_longer_and_says_why()
    {
        MayBeLonger.Keys.Except(TooLong()).ShouldBeEmpty();
        MayBeLonger.Values.ShouldAllBe(reason => reason.Length > 20);
    }

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
        SourceTree.Files.Count.ShouldBeGreaterThan(200);
    }

    private static IEnumerable<string> TooLong()
        => SourceTree.Files.Where(f => Source().IsMatch(f.Key) && f.Value.Count(c => c == '\n') > Allowed(f.Key)).Select(f => f.Key);

    private static int Allowed(string path) => path.StartsWith("src/StreamPerceiver", StringComparison.Ordinal) ? MostInSource : Most;

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

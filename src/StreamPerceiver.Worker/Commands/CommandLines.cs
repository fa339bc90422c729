using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamPerceiver.Worker.Commands;

/// <summary>Checks command lines, so that each problem is one line and gives <see cref="Failures.Refused"/>.</summary>
internal static partial class CommandLines
{
    /// <summary>Runs the verb of a command line, or prints what is wrong with the line. Returns the exit code.</summary>
    public static async Task<int> RunAsync(Command root, string[] arguments)
    {
        ParseResult parsed = root.Parse(OverridesFirst(arguments), new ParserConfiguration { ResponseFileTokenReplacer = null });
        string[] problems = parsed.Action is ParseErrorAction ? [.. parsed.Errors.Select(e => OneLine(e.Message))] : [.. Options(parsed), .. Empty(parsed)];
        if (problems.Length > 0)
        {
            await Console.Error.WriteLineAsync($"{VerbOf(parsed)}: {string.Join("; ", problems)} (--help lists what there is)").ConfigureAwait(false);
            return Failures.Refused;
        }

        // The host listens for SIGTERM itself, and drains; the parser's own handler would end the process after two seconds.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }).ConfigureAwait(false);
    }

    /// <summary>Requires that words of a command line are overrides of settings.</summary>
    /// <param name="words">The words.</param>
    /// <exception cref="StreamPerceiverException">Names every word that is none.</exception>
    public static void RequireOverrides(IEnumerable<string> words)
    {
        string[] others = [.. words.Where(word => !Override().IsMatch(word))];
        if (others.Length > 0)
            throw new StreamPerceiverException($"command line: {string.Join(", ", others.Select(o => $"'{o}'"))}: expected --Section:Key=value");
    }

    /// <summary>Parts the words behind a verb, which the parser mixes, into the values of its argument and the overrides of settings.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="argument">The argument of the verb.</param>
    /// <exception cref="StreamPerceiverException">Names every word that begins with a dash and is no override.</exception>
    public static (string[] Values, string[] Overrides) PartWords(ParseResult parsed, Argument<string[]> argument)
    {
        ILookup<bool, string> words = parsed.GetValue(argument)!.Concat(parsed.UnmatchedTokens).ToLookup(word => word.StartsWith('-'));
        RequireOverrides(words[true]);
        return ([.. words[false]], [.. words[true]]);
    }

    /// <summary>Refuses numbers of an option that are out of a range.</summary>
    public static void Require<T>(this Option<T> option, T least, T most) where T : struct, IComparable<T>, IParsable<T>
        => option.Validators.Add(given =>
        {
            if (given.Tokens is not [Token only] || !T.TryParse(only.Value, CultureInfo.InvariantCulture, out T value)) return; // the parser names it
            if (value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0) return;
            given.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}, expected {least} to {most}"));
        });

    /// <summary>Returns the verb of a command line, such as <c>windows export</c>; without one "command line".</summary>
    public static string VerbOf(ParseResult parsed)
    {
        List<string> names = [];
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Parent: not null } verb; at = verb.Parent) names.Insert(0, verb.Command.Name);
        return names.Count == 0 ? "command line" : string.Join(' ', names);
    }

    // An option of several words would take an override behind them for one of them.
    private static string[] OverridesFirst(string[] words)
    {
        int first = Array.FindIndex(words, word => word.StartsWith('-'));
        if (first < 0) return words;
        ILookup<bool, string> rest = words[first..].ToLookup(word => OverrideOfSection().IsMatch(word));
        return [.. words[..first], .. rest[true], .. rest[false]];
    }

    // The parser takes a misspelt option for an argument.
    private static IEnumerable<string> Options(ParseResult parsed) => parsed.CommandResult.Tokens
        .Where(t => parsed.CommandResult.Command.TreatUnmatchedTokensAsErrors && t.Type == TokenType.Argument && t.Value.StartsWith('-'))
        .Select(t => $"'{t.Value}' is not an option of this verb");

    private static IEnumerable<string> Empty(ParseResult parsed)
        => parsed.Tokens.Where(t => t.Type == TokenType.Argument && t.Value.Length == 0).Take(1).Select(_ => "'' is empty, expected a value");

    private static string OneLine(string message)
        => string.Join(' ', message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    [GeneratedRegex(@"^--[^\s=:]+(:[^=]+)*=")]
    private static partial Regex Override();

    [GeneratedRegex(@"^--[^\s=:]+:[^=]+=")]
    private static partial Regex OverrideOfSection();
}

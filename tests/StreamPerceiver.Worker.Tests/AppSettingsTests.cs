using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using StreamPerceiver.TestKit;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Tests;

/// <summary>Holds the repository's appsettings.json to the settings that the worker reads.</summary>
public sealed partial class AppSettingsTests
{
    private static readonly string[] Lines = File.ReadAllLines(RepositoryRoot.Path("appsettings.json"));

    private static readonly IConfiguration Configuration = new ConfigurationBuilder().AddJsonFile(RepositoryRoot.Path("appsettings.json")).Build();

    /// <summary>Section, key and property of every setting there is.</summary>
    private static IEnumerable<(string Section, PropertyInfo Key)> Settings
        => from section in typeof(WorkerSettings).GetProperties()
           where section.Name != nameof(WorkerSettings.Pipelines) // a list: its keys are numbers
           from key in section.PropertyType.GetProperties()
           select (section.Name, key);

    private static IEnumerable<string> Names => Settings.Select(s => $"{s.Section}:{s.Key.Name}");

    public static TheoryData<string> Keys => [.. Names];

    [Fact]
    public void The_file_is_valid_and_its_pipelines_are_there()
    {
        SettingsReader.UnknownSections(Configuration).ShouldBeEmpty();
        PipelineSet.Read(SettingsReader.Read(Configuration, RepositoryRoot.Path()).Pipelines.Select(p => RepositoryRoot.Path(p))).Errors.ShouldBeEmpty();
    }

    [Fact]
    public void The_file_has_every_setting_and_no_other()
        => Configuration.GetChildren().Where(section => section.Key is not ("Logging" or nameof(WorkerSettings.Pipelines)))
            .SelectMany(section => section.GetChildren().Select(key => $"{section.Key}:{key.Key}"))
            // an empty object may not be listed
            .Concat(Lines.Any(l => l.Contains("\"Client\": {}", StringComparison.Ordinal)) ? ["Kafka:Client"] : []).Distinct()
            .ShouldBe(Names, ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_setting_is_explained_on_the_line_before_with_its_range(string key)
    {
        string name = key.Split(':')[1];
        int line = Array.FindIndex(Lines, l => l.TrimStart().StartsWith($"\"{name}\":", StringComparison.Ordinal));
        line.ShouldBeGreaterThan(0);

        string comment = Lines[line - 1].Trim();

        comment.ShouldStartWith("// ");
        comment.Length.ShouldBeGreaterThan(15);
        PropertyInfo property = Settings.Single(s => $"{s.Section}:{s.Key.Name}" == key).Key;
        if (property.GetCustomAttribute<RangeAttribute>() is { } range) comment.ShouldEndWith($": {range.Minimum} to {range.Maximum}.");
    }

    [Fact]
    public void The_file_says_how_to_override_it()
    {
        string head = string.Join('\n', Lines.TakeWhile(l => l.StartsWith("//", StringComparison.Ordinal)));

        foreach (Match example in Override().Matches(head)) Names.ShouldContain(example.Groups["key"].Value.Replace("__", ":", StringComparison.Ordinal));
        Override().Count(head).ShouldBe(2);
    }

    [GeneratedRegex(@"(--)?(?<key>[A-Z]\w+?(:|__)[A-Z]\w+)")]
    private static partial Regex Override();
}

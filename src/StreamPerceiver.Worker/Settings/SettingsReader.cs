using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using StreamPerceiver.Batch;
using StreamPerceiver.Kafka;

namespace StreamPerceiver.Worker.Settings;

/// <summary>Reads appsettings.json and its overrides. Unknown keys are refused, and all problems are reported at once.</summary>
public static class SettingsReader
{
    private const string PipelinesKey = "Pipelines";

    private const string PipelineKey = "Pipeline";

    private const string PipelineFileKey = $"{PipelineKey}:File";

    private static readonly string[] Sections =
    [
        KafkaSettings.Section, PipelinesKey, PipelineKey, MemorySettings.Section, BatchOptions.Section, DecodeSettings.Section, InferenceSettings.Section,
        ShutdownSettings.Section, RegistrySettings.Section, RecordingSettings.Section,
    ];

    /// <summary>Reads and checks all settings.</summary>
    /// <param name="configuration">The file, the environment and the command line together.</param>
    /// <param name="root">The folder of appsettings.json, in which its relative paths begin.</param>
    /// <exception cref="SettingsException">Settings are wrong. The message has each key, the value found and the allowed range.</exception>
    public static WorkerSettings Read(IConfiguration configuration, string root)
    {
        List<string> errors = [];
        var settings = new WorkerSettings(
            Bind<KafkaSettings>(configuration, KafkaSettings.Section, errors) with
            {
                Client = Client(configuration, KafkaSettings.Section, root, ClientSettings.Check, errors),
            },
            Pipelines(configuration, root, errors),
            Bind<MemorySettings>(configuration, MemorySettings.Section, errors),
            Bind<BatchOptions>(configuration, BatchOptions.Section, errors),
            Bind<DecodeSettings>(configuration, DecodeSettings.Section, errors),
            Bind<InferenceSettings>(configuration, InferenceSettings.Section, errors),
            Bind<ShutdownSettings>(configuration, ShutdownSettings.Section, errors))
        {
            SchemaRegistry = Bind<RegistrySettings>(configuration, RegistrySettings.Section, errors) with
            {
                Client = Client(configuration, RegistrySettings.Section, root, (key, _, _) => RegistryOptions.Check(key), errors),
            },
            Recording = Recording(configuration, root, errors),
        };
        return errors.Count == 0 ? settings : throw new SettingsException(errors);
    }

    /// <summary>
    /// Returns the full path of a setting that names a file or a folder. A relative one in the command line or in the environment begins in the current
    /// folder, and one in appsettings.json begins in the folder of that file.
    /// </summary>
    /// <param name="configuration">The file, the environment and the command line together.</param>
    /// <param name="key">The setting, which has a value.</param>
    /// <param name="root">The folder of appsettings.json.</param>
    public static string FullPath(IConfiguration configuration, string key, string root)
    {
        IConfigurationProvider? from = (configuration as IConfigurationRoot)?.Providers.LastOrDefault(p => p.TryGet(key, out _));
        bool isOfTheCaller = from is CommandLineConfigurationProvider or EnvironmentVariablesConfigurationProvider;
        return Path.GetFullPath(Path.Combine(isOfTheCaller ? Directory.GetCurrentDirectory() : root, configuration[key]!));
    }

    /// <summary>Finds the sections of a settings file or a command line that the worker does not have, such as misspelt ones.</summary>
    public static IReadOnlyList<string> UnknownSections(IConfiguration file)
        => file.GetChildren().Select(s => s.Key)
            .Where(key => key != "Logging" && !Sections.Contains(key, StringComparer.OrdinalIgnoreCase))
            .Select(key => $"{key} is not a known section, expected one of {string.Join(", ", Sections)}, Logging")
            .ToArray();

    private static string[] Pipelines(IConfiguration configuration, string root, List<string> errors)
    {
        errors.AddRange(configuration.GetSection(PipelineKey).GetChildren()
            .Where(child => !child.Path.Equals(PipelineFileKey, StringComparison.OrdinalIgnoreCase))
            .Select(child => $"{child.Path} is not a known key, expected {PipelineFileKey}"));
        if (!string.IsNullOrEmpty(configuration[PipelineFileKey])) return [FullPath(configuration, PipelineFileKey, root)];
        IConfigurationSection list = configuration.GetSection(PipelinesKey);
        IConfigurationSection[] entries = [.. list.GetChildren()];
        if (entries.Length == 0)
        {
            string found = string.IsNullOrEmpty(list.Value) ? "missing" : $"'{list.Value}'";
            errors.Add($"{PipelinesKey} is {found}, expected a list of files and folders: {PipelinesKey}:0 and so on");
        }

        foreach (IConfigurationSection entry in entries)
        {
            if (!int.TryParse(entry.Key, out _)) errors.Add($"{entry.Path} is not a known key, expected {PipelinesKey}:0, {PipelinesKey}:1 and so on");
            else if (string.IsNullOrEmpty(entry.Value)) errors.Add($"{entry.Path} is missing, expected a file or a folder");
        }

        return [.. entries.Where(e => !string.IsNullOrEmpty(e.Value)).Select(e => FullPath(configuration, e.Path, root))];
    }

    private static RecordingSettings Recording(IConfiguration configuration, string root, List<string> errors)
    {
        RecordingSettings recording = Bind<RecordingSettings>(configuration, RecordingSettings.Section, errors);
        string key = $"{RecordingSettings.Section}:{nameof(RecordingSettings.Folder)}";
        return string.IsNullOrEmpty(recording.Folder) ? recording with { Folder = null } : recording with { Folder = FullPath(configuration, key, root) };
    }

    // Several workers may share the file, so the settings of a single worker override it. No message has a value of the file.
    private static Dictionary<string, string> Client(
        IConfiguration configuration, string name, string root, Func<string, string, bool, string?> check, List<string> errors)
    {
        string fileKey = $"{name}:{nameof(KafkaSettings.ClientFile)}";
        Dictionary<string, string> client = string.IsNullOrEmpty(configuration[fileKey])
            ? []
            : ClientFile.Read(fileKey, FullPath(configuration, fileKey, root), (key, value) => check(key, value, false), errors);
        foreach (IConfigurationSection setting in configuration.GetSection(name).GetSection(nameof(KafkaSettings.Client)).GetChildren())
        {
            string? error = setting.Value is null ? "has no value, expected one" : check(setting.Key, setting.Value, true);
            if (error is not null) errors.Add($"{setting.Path} {error}");
            else client[setting.Key] = setting.Value!;
        }

        return client;
    }

    private static T Bind<T>(IConfiguration configuration, string name, List<string> errors) where T : class, new()
    {
        IConfigurationSection section = configuration.GetSection(name);
        PropertyInfo[] known = typeof(T).GetProperties();
        int before = errors.Count;
        errors.AddRange(section.GetChildren()
            .Where(child => !Array.Exists(known, p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)))
            .Select(child => $"{child.Path} is not a known key, expected one of {string.Join(", ", known.Select(p => p.Name))}"));
        foreach (PropertyInfo property in known.Where(p => p.PropertyType == typeof(int) || p.PropertyType == typeof(string) || p.PropertyType == typeof(bool)))
        {
            string? text = section[property.Name];
            object? value = property.PropertyType == typeof(string) ? text
                : property.PropertyType == typeof(bool) ? bool.TryParse(text, out bool flag) ? flag : null
                : int.TryParse(text, out int number) ? number : null;
            bool asDefault = text is null && property.GetCustomAttribute<RequiredAttribute>() is null;
            if (!asDefault && !IsAllowed(property, value))
                errors.Add($"{name}:{property.Name} is {Show(property, text, value)}, expected {Allowed(property)}");
        }

        return errors.Count == before ? section.Get<T>() ?? new T() : new T();
    }

    private static string Show(PropertyInfo property, string? text, object? value)
        => property.PropertyType == typeof(int) ? value?.ToString() ?? $"'{text}'" : string.IsNullOrEmpty(text) ? "missing" : $"'{text}'";

    private static bool IsAllowed(PropertyInfo property, object? value)
        => (value is not null || property.PropertyType == typeof(string)) && property.GetCustomAttributes<ValidationAttribute>().All(a => a.IsValid(value));

    private static string Allowed(PropertyInfo property)
        => property.GetCustomAttribute<RangeAttribute>() is { } range ? $"a whole number, {range.Minimum} to {range.Maximum}"
            : property.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed ? string.Join(" or ", allowed.Values)
            : property.GetCustomAttribute<RegularExpressionAttribute>() is { } pattern ? pattern.ErrorMessage!
            : property.PropertyType == typeof(bool) ? "true or false"
            : property.IsDefined(typeof(TimeAttribute)) ? TimeAttribute.Words : "a value";
}

/// <summary>Settings that the worker cannot start with.</summary>
public sealed class SettingsException(IReadOnlyList<string> problems) : ProblemsException("settings", problems);

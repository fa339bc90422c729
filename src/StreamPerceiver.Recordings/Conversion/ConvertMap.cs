using System.Text.Json;
using System.Text.Json.Serialization;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Recordings.Conversion;

/// <summary>What files that were made elsewhere call their columns and arrays.</summary>
public sealed record ConvertMap
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNameCaseInsensitive = false,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>For a table of media files: the name that a column has in it, by the name that is expected (default: they are the same).</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>The topic of rows without one; null (default): each row has it.</summary>
    public string? Topic { get; init; }

    /// <summary>The entity of rows without one; null (default): each row has it.</summary>
    public string? Entity { get; init; }

    /// <summary>For NumPy files: the arrays of each series (default: by their names, as this program writes them).</summary>
    public IReadOnlyList<SeriesMap> Series { get; init; } = [];

    /// <summary>Reads a map from a JSON file.</summary>
    /// <exception cref="RecordingException">The file is none.</exception>
    public static ConvertMap Read(string file)
    {
        try
        {
            using JsonDocument json = StrictJson.Parse(File.ReadAllBytes(file), byHand: true);
            return json.Deserialize<ConvertMap>(Options) ?? throw new JsonException("is null, expected an object");
        }
        catch (JsonException e)
        {
            throw new RecordingException($"{file}: {e.Message}; a map has columns, topic, entity and series", e);
        }
    }
}

/// <summary>The arrays of one series of readings.</summary>
/// <param name="Times">The name of the array of times: <c>(N)</c>.</param>
/// <param name="Values">The name of the array of values: <c>(N)</c> or <c>(N, C)</c>.</param>
/// <param name="Topic">The topic of its records.</param>
/// <param name="Entity">The entity, which is their key; null: records without a key.</param>
/// <param name="Unit">The unit of the times since 1970 (default: nanoseconds).</param>
/// <param name="Channels">The names of the channels; null: a reading is an array.</param>
public sealed record SeriesMap(
    string Times, string Values, string Topic, string? Entity = null, TimeFormat Unit = TimeFormat.Ns, IReadOnlyList<string>? Channels = null);

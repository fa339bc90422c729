using System.Text.Json;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>
/// The JSON header of a safetensors file. Types, sizes and offsets are checked against each other and against the length of the data,
/// before any data is read.
/// </summary>
internal static class SafeTensorsHeader
{
    public sealed record Entry(string Name, SafeTensorType Type, IReadOnlyList<long> Shape, long Begin, long End);

    /// <summary>Parses and checks the entries, and sorts them by offset.</summary>
    public static IReadOnlyList<Entry> Parse(string file, ReadOnlyMemory<byte> header, long dataLength)
    {
        using JsonDocument document = Open(file, header);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new CheckpointException(file, "its header is not a JSON object");
        Entry[] entries =
        [
            .. document.RootElement.EnumerateObject().Where(p => p.Name != "__metadata__")
                .Select(p => ParseEntry(file, p)).OrderBy(e => e.Begin).ThenBy(e => e.End),
        ];
        RequireGapless(file, entries, dataLength);
        return entries;
    }

    private static JsonDocument Open(string file, ReadOnlyMemory<byte> header)
    {
        try
        {
            return StrictJson.Parse(header);
        }
        catch (JsonException e)
        {
            throw new CheckpointException(file, $"its header is not valid JSON: {e.Message}", e);
        }
    }

    private static Entry ParseEntry(string file, JsonProperty property)
    {
        CheckpointException Bad(string why) => new(file, $"tensor '{property.Name}': {why}");

        JsonElement json = property.Value;
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("dtype", out JsonElement dtype)
            || !json.TryGetProperty("shape", out JsonElement shape) || !json.TryGetProperty("data_offsets", out JsonElement offsets))
            throw Bad("must have dtype, shape and data_offsets");
        if (dtype.ValueKind != JsonValueKind.String || SafeTensorTypes.OfName(dtype.GetString()) is not SafeTensorType type)
            throw Bad($"dtype {dtype.GetRawText()}: must be one of {string.Join(", ", SafeTensorTypes.Names)}");
        if (Numbers(shape) is not long[] sizes)
            throw Bad($"shape {shape.GetRawText()}: must be a list of whole numbers from 0");
        if (Numbers(offsets) is not [long begin, long end] || end < begin)
            throw Bad($"data_offsets {offsets.GetRawText()}: must be two whole numbers, the first not above the second");

        if (ByteCount(type, sizes) is not long bytes)
            throw Bad($"shape {ShapeText.Of(sizes)} has more elements than 64 bits can count");
        if (bytes != end - begin)
            throw Bad($"{SafeTensorTypes.NameOf(type)} {ShapeText.Of(sizes)} needs {bytes} bytes but data_offsets {begin} to {end} hold {end - begin}");
        if (bytes > Array.MaxLength)
            throw Bad($"is {bytes} bytes: at most {Array.MaxLength} are supported");
        return new Entry(property.Name, type, sizes, begin, end);
    }

    private static long[]? Numbers(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array)
            return null;
        List<long> numbers = [];
        foreach (JsonElement item in json.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out long number) || number < 0)
                return null;
            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static long? ByteCount(SafeTensorType type, long[] shape)
    {
        Int128 bytes = SafeTensor.SizeOf(type);
        if (shape.Contains(0))
            return 0;
        foreach (long size in shape)
        {
            bytes *= size;
            if (bytes > long.MaxValue)
                return null;
        }

        return (long)bytes;
    }

    private static void RequireGapless(string file, Entry[] entries, long dataLength)
    {
        CheckpointException Bad(Entry entry, string why) => new(file, $"tensor '{entry.Name}' {why}");

        long reached = 0;
        string before = "the start of the data";
        foreach (Entry entry in entries)
        {
            if (entry.End > dataLength)
                throw Bad(entry, $"ends at byte {entry.End} of the data, but the file holds {dataLength}: is it cut off?");
            if (entry.Begin < reached)
                throw Bad(entry, $"begins at byte {entry.Begin} and so overlaps '{before}', which ends at {reached}");
            if (entry.Begin > reached)
                throw Bad(entry, $"begins at byte {entry.Begin}: {entry.Begin - reached} bytes after '{before}' belong to no tensor");
            reached = entry.End;
            before = entry.Name;
        }

        if (reached != dataLength)
            throw new CheckpointException(file, $"the file holds {dataLength} bytes of data, but its tensors end at {reached}");
    }
}

using System.Text;
using System.Text.Json;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Modalities;
using StreamPerceiver.Publish;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Recordings.Export;

/// <summary>The windows of a shard, as columns: of each window its times and header, of each input its placed data, coverage and staleness.</summary>
internal sealed class WindowShard
{
    /// <summary>The name of the column of headers: a JSON object for each window, with what its prediction has of it.</summary>
    public const string HeaderName = "window/header";

    private const string Window = "window";

    private readonly PipelineDefinition _definition;
    private readonly long _windowNs;
    private readonly ShardColumn _start, _end;
    private readonly (InputSpec Spec, ShardColumn[] Data, ShardColumn Coverage, ShardColumn Staleness)[] _inputs;

    public WindowShard(PipelineDefinition definition)
    {
        (_definition, _windowNs) = (definition, definition.Align.Plan.SizeNs);
        _start = new ShardColumn(Window, new PlacedArray("start_ns", NpyType.I64, [], "first instant of the window, in nanoseconds since 1970"));
        _end = new ShardColumn(Window, new PlacedArray("end_ns", NpyType.I64, [], "first instant after the window, in nanoseconds since 1970"));
        _inputs =
        [
            .. definition.Inputs.Select(spec => (
                spec, spec.PlacedArrays(_windowNs).Select(array => new ShardColumn(spec.Name, array)).ToArray(),
                new ShardColumn(spec.Name, new PlacedArray("coverage", NpyType.F64, [], "the share of the input's samples, steps or slots that data fills")),
                new ShardColumn(spec.Name, new PlacedArray(
                    "staleness_ns", NpyType.I64, [], "time from the last data to the window's end, in nanoseconds; -1 where there is none")))),
        ];
    }

    /// <summary>All columns but the headers, in the order in which they are written.</summary>
    public IEnumerable<ShardColumn> Columns => _inputs.SelectMany(i => i.Data.Append(i.Coverage).Append(i.Staleness)).Prepend(_end).Prepend(_start);

    /// <summary>The header of each window.</summary>
    public List<string> Headers { get; } = [];

    /// <summary>Windows so far.</summary>
    public int Count => Headers.Count;

    /// <summary>The bytes that one window takes in the columns.</summary>
    public long WindowBytes => Columns.Sum(c => (long)c.WindowBytes);

    /// <summary>Adds a window to the columns of the shard.</summary>
    public void Add(AlignedWindow window)
    {
        _start.Add(BitConverter.GetBytes(window.Header.Start.Nanoseconds));
        _end.Add(BitConverter.GetBytes(window.Header.End.Nanoseconds));
        for (int i = 0; i < _inputs.Length; i++)
        {
            (InputSpec spec, ShardColumn[] data, ShardColumn coverage, ShardColumn staleness) = _inputs[i];
            InputPresence presence = window.Header.Inputs[i];
            foreach ((ShardColumn column, byte[] elements) in data.Zip(spec.ToArrays(window.Inputs[i], _windowNs))) column.Add(elements);
            coverage.Add(BitConverter.GetBytes(presence.Coverage));
            staleness.Add(BitConverter.GetBytes(presence.StalenessNs ?? -1));
        }

        Headers.Add(HeaderOf(window.Header));
    }

    /// <summary>Begins the next shard.</summary>
    public void Clear()
    {
        foreach (ShardColumn column in Columns) column.Clear();
        Headers.Clear();
    }

    private string HeaderOf(WindowHeader header)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("id", header.IdIn(_definition.Name));
            WindowJson.WriteWindow(json, _definition.Name, header);
            WindowJson.WriteInputs(json, header);
            WriteElementIds(json, header);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private static void WriteElementIds(Utf8JsonWriter json, WindowHeader header)
    {
        InputPresence[] inputs = [.. header.Inputs.Where(input => input.ElementIds is not null)];
        if (inputs.Length == 0) return;
        json.WriteStartObject("elementIds");
        foreach (InputPresence input in inputs)
        {
            json.WriteStartArray(input.Name);
            foreach (string? id in input.ElementIds!) json.WriteStringValue(id);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}

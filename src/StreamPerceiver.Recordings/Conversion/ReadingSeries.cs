using System.Text.Json;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Recordings.Conversion;

/// <summary>One series of a NumPy file.</summary>
internal sealed class ReadingSeries
{
    private readonly double[] _values;
    private readonly bool _isSingle; // float32 or narrower: its numbers are written with the digits of a float32
    private readonly int _width;

    private ReadingSeries(SeriesMap map, EventTime[] times, NpyArray values)
        => (Map, Times, _values, _isSingle, _width) = (
            map, times, values.ToDoubles(), values.Type is NpyType.F32 or NpyType.F16, values.Shape.Count == 1 ? 1 : (int)values.Shape[1]);

    /// <summary>Its names.</summary>
    public SeriesMap Map { get; }

    /// <summary><c>(N)</c>: the event times, in any order.</summary>
    public EventTime[] Times { get; }

    /// <summary>Reads a series, and checks its shapes.</summary>
    /// <exception cref="RecordingException">An array is missing, or of another shape or type.</exception>
    public static ReadingSeries Of(string path, IReadOnlyDictionary<string, NpyArray> arrays, SeriesMap map)
    {
        NpyArray times = Get(map.Times), values = Get(map.Values);
        if (times.Shape.Count != 1) throw Wrong(map.Times, ShapeText.Of(times.Shape), "(N): one time for each reading");
        if (values.Shape.Count is not (1 or 2) || values.Shape[0] != times.Shape[0])
            throw Wrong(map.Values, ShapeText.Of(values.Shape), $"({times.Shape[0]}) or ({times.Shape[0]}, C): a row for each time");
        long width = values.Shape.Count == 1 ? 1 : values.Shape[1];
        if (width == 0 || (map.Channels is { } channels && channels.Count != width))
            throw Wrong(map.Values, ShapeText.Of(values.Shape), $"as many channels as the {map.Channels?.Count ?? 1} that are named");
        bool isFloat = times.Type is NpyType.F16 or NpyType.F32 or NpyType.F64;
        if (isFloat && times.Type != NpyType.F64) throw Wrong(map.Times, $"{times.Type}", "int64 or float64: a shorter float cannot hold a time");
        var read = new EventTime[times.Shape[0]];
        for (int i = 0; i < read.Length; i++)
        {
            decimal? number = isFloat ? ToDecimal(times.ToDoubles()[i]) : times.ToLongs()[i];
            if (number is not { } found || !TimeText.TryScale(found, map.Unit, out read[i]))
                throw new RecordingException($"{path}: {map.Times}[{i}] is {times.ToDoubles()[i]}, expected {TimeText.Expected(map.Unit)}");
        }

        var series = new ReadingSeries(map, read, values);
        int bad = Array.FindIndex(series._values, value => !double.IsFinite(value));
        return bad < 0 ? series : throw new RecordingException($"{path}: {map.Values}[{bad / width}] has {series._values[bad]}, expected finite numbers");

        NpyArray Get(string name) => arrays.GetValueOrDefault(name)
            ?? throw new RecordingException($"{path}: has no array {name}, but {string.Join(", ", arrays.Keys)}");

        RecordingException Wrong(string name, string found, string expected) => new($"{path}: {name} is {found}, expected {expected}");
    }

    /// <summary>Writes a reading as JSON: an object of its channels, or an array where they have no names.</summary>
    public byte[] ToJson(int row)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            if (Map.Channels is null) json.WriteStartArray();
            else json.WriteStartObject();
            for (int channel = 0; channel < _width; channel++)
            {
                if (Map.Channels is { } names) json.WritePropertyName(names[channel]);
                double value = _values[row * _width + channel];
                if (_isSingle) json.WriteNumberValue((float)value);
                else json.WriteNumberValue(value);
            }

            if (Map.Channels is null) json.WriteEndArray();
            else json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static decimal? ToDecimal(double number) => Math.Abs(number) < (double)decimal.MaxValue ? (decimal)number : null;
}

using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Recordings.Conversion;

/// <summary>
/// Readings as NumPy arrays: <c>TOPIC/ENTITY/times</c>, <c>(N)</c> in nanoseconds since 1970, and <c>TOPIC/ENTITY/values</c>, <c>(N, C)</c> in float64. The
/// names of channels are UTF-8 lines in <c>TOPIC/ENTITY/channels</c>. All else of a record is not kept.
/// </summary>
internal sealed class NumpyReadings : IRecordFormat
{
    private const string Times = "times", Values = "values", Channels = "channels";

    /// <inheritdoc/>
    public IEnumerable<RecordedRecord> Read(string path, ConvertOptions options)
    {
        IReadOnlyDictionary<string, NpyArray> arrays = Npz.Read(path);
        IReadOnlyList<SeriesMap> maps = options.Map.Series.Count > 0 ? options.Map.Series : [.. SeriesIn(path, arrays)];
        ReadingSeries[] all = [.. maps.Select(map => ReadingSeries.Of(path, arrays, map))];
        var places = new RecordPlaces(options.Partitions);
        IEnumerable<(ReadingSeries Series, int Row)> rows = all.SelectMany(series => Enumerable.Range(0, series.Times.Length).Select(row => (series, row)));
        foreach ((ReadingSeries series, int row) in rows.OrderBy(r => r.Series.Times[r.Row].Nanoseconds))
        {
            EventTime time = series.Times[row];
            byte[]? key = series.Map.Entity is { } entity ? Encoding.UTF8.GetBytes(entity) : null;
            (int partition, long offset) = places.Of(series.Map.Topic, key, partition: null, offset: null);
            yield return new RecordedRecord(
                new SourceRecord(
                    series.Map.Topic, partition, offset, RecordPlaces.TimestampOf(time), key, series.ToJson(row),
                    RecordPlaces.Headers("application/json", time)),
                Math.Max(0, time.Nanoseconds));
        }
    }

    /// <inheritdoc/>
    public void Write(string path, IEnumerable<RecordedRecord> records, ConvertOptions options)
    {
        SortedDictionary<(string Topic, string? Entity), ReadingCollector> all = [];
        SortedDictionary<string, long> left = new(StringComparer.Ordinal);
        long bytes = 0;
        foreach (SourceRecord record in records.Select(r => r.Record))
        {
            ReadingCollector? series = null;
            (string, string?) name = (record.Topic, record.Key is null ? null : Encoding.UTF8.GetString(record.Key));
            string[]? channels = null;
            double[]? values = record.Key is null || Utf8.IsValid(record.Key) ? NumberReading.Read(record, out channels) : null;
            if (values is not null && !all.TryGetValue(name, out series)) all.Add(name, series = new ReadingCollector(channels, values.Length));
            if (values is null || !series!.TryAdd(NumberReading.TimeOf(record), channels, values))
            {
                left[record.Topic] = left.GetValueOrDefault(record.Topic) + 1;
                continue;
            }

            bytes += sizeof(long) + (long)values.Length * sizeof(double);
            if (bytes > Npz.MostBytes)
                throw new RecordingException($"{path}: the readings have more than {Npz.MostBytes} bytes, expected at most so many: convert parts");
        }

        foreach ((string topic, long count) in left)
            options.Note($"{count} records of {topic} are left out: they are no reading of numbers, or have other channels than the entity's first one");
        if (all.Count == 0)
            throw new RecordingException($"{path}: no record is a reading of numbers, expected values in JSON such as {{\"x\": 0.1}} or [0.1]");
        options.Note("times and values are kept alone: no headers, offsets and partitions, and no members that are no numbers");
        IEnumerable<KeyValuePair<string, NpyArray>> arrays =
            all.SelectMany(s => s.Value.Arrays.Select(a => KeyValuePair.Create(NameOf(s.Key, a.Key), a.Value)));
        Npz.Write(path, arrays.ToDictionary(StringComparer.Ordinal));
    }

    private static string NameOf((string Topic, string? Entity) series, string array)
        => series.Entity is null ? $"{series.Topic}/{array}" : $"{series.Topic}/{series.Entity}/{array}";

    private static IEnumerable<SeriesMap> SeriesIn(string path, IReadOnlyDictionary<string, NpyArray> arrays)
    {
        string[] names = [.. arrays.Keys.Where(name => name.EndsWith($"/{Times}", StringComparison.Ordinal)).Select(name => name[..^(Times.Length + 1)])];
        if (names.Length == 0)
        {
            throw new RecordingException(
                $"{path}: has the arrays {string.Join(", ", arrays.Keys)}, expected TOPIC/ENTITY/{Times} and TOPIC/ENTITY/{Values}, or a map that names them");
        }

        foreach (string name in names)
        {
            int slash = name.IndexOf('/', StringComparison.Ordinal);
            string[]? channels = arrays.GetValueOrDefault($"{name}/{Channels}") is { } text ? Encoding.UTF8.GetString(text.Bytes.Span).Split('\n') : null;
            yield return new SeriesMap(
                $"{name}/{Times}", $"{name}/{Values}", slash < 0 ? name : name[..slash], slash < 0 ? null : name[(slash + 1)..], Channels: channels);
        }
    }

    // The readings of one series, as they come.
    private sealed class ReadingCollector(string[]? channels, int width)
    {
        private readonly List<long> _times = [];
        private readonly List<double> _values = [];

        public IEnumerable<KeyValuePair<string, NpyArray>> Arrays
        {
            get
            {
                yield return new(Times, NpyArray.FromLongs([_times.Count], [.. _times]));
                byte[] bytes = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_values)).ToArray();
                yield return new(Values, new NpyArray(NpyType.F64, [_times.Count, width], bytes));
                if (channels is null) yield break;
                byte[] names = Encoding.UTF8.GetBytes(string.Join('\n', channels));
                yield return new(Channels, new NpyArray(NpyType.U8, [names.Length], names));
            }
        }

        // Returns false for a reading of other channels.
        public bool TryAdd(EventTime time, string[]? names, double[] values)
        {
            if (values.Length != width || (names is null) != (channels is null) || (names is not null && !names.SequenceEqual(channels!))) return false;
            _times.Add(time.Nanoseconds);
            _values.AddRange(values);
            return true;
        }
    }
}

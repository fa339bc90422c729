using System.Text.Json;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Recordings.Conversion;

/// <summary>Records as JSON, one a line, in the order of their receipt (<see cref="JsonLine"/>).</summary>
internal sealed class JsonLines : IRecordFormat
{
    /// <inheritdoc/>
    public IEnumerable<RecordedRecord> Read(string path, ConvertOptions options)
    {
        using FileStream stream = File.OpenRead(path);
        using IEnumerator<ReadOnlyMemory<byte>> lines = ByteLines.Read(stream).GetEnumerator();
        var reader = new JsonLine(new RecordPlaces(options.Partitions), note => options.Note($"{path}: {note}"));
        for (int number = 1; ; number++)
        {
            RecordedRecord? record;
            try
            {
                if (!lines.MoveNext()) yield break;
                record = lines.Current.Span.ContainsAnyExcept(" \t"u8) ? reader.Read(lines.Current) : null;
            }
            catch (Exception e) when (e is FormatException or JsonException)
            {
                throw new RecordingException($"{path}: line {number}: {e.Message}", e);
            }

            if (record is not null) yield return record;
        }
    }

    /// <inheritdoc/>
    public void Write(string path, IEnumerable<RecordedRecord> records, ConvertOptions options) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream);
        foreach (RecordedRecord record in records)
        {
            JsonLine.Write(json, record);
            json.Flush();
            stream.WriteByte((byte)'\n');
            json.Reset();
        }
    });
}

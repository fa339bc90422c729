using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Worker.Tests;

/// <summary>A small pipeline with a model, and recordings of its one sensor: 5 readings a second.</summary>
internal static class TinyRecording
{
    public const long StartMs = 1_700_000_000_000;

    private const string Pipeline = """
        {
          "name": "tiny", "model": "model", "window": { "sizeMs": 2000, "hopMs": 1000 },
          "inputs": { "a": { "topic": "tiny.a", "modality": "sensor", "rateHz": 5, "channels": ["v"] } },
          "outputs": { "state": {} }, "topics": { "predictions": "tiny.predictions", "envelope": "binary" }
        }
        """;

    private const string Model = """
        {
          "model_type": "stream_perceiver", "num_latents": 4, "d_latents": 8, "num_self_attends_per_block": 1, "num_self_attention_heads": 1,
          "num_cross_attention_heads": 1, "output_num_channels": 8,
          "inputs": { "a": { "type": "series", "steps": 10, "channels": 1, "num_bands": 2 } },
          "outputs": { "state": { "type": "classification", "labels": ["x", "y"] } }
        }
        """;

    /// <summary>Writes <c>tiny.json</c>, its model and settings.</summary>
    public static void WritePipeline(WorkerProcess worker, string envelope = "binary")
    {
        worker.Write("appsettings.json", """{ "Kafka": { "BootstrapServers": "embedded" }, "Pipelines": ["tiny.json"] }""");
        worker.Write("tiny.json", Pipeline.Replace("\"binary\"", $"\"{envelope}\"", StringComparison.Ordinal));
        UntrainedModel.Ensure(Path.GetDirectoryName(worker.Write("model/config.json", Model))!);
    }

    /// <summary>Makes the record of a step, in a partition by its number.</summary>
    public static SourceRecord Record(int step, string value, int partitions = 1) => new(
        "tiny.a", step % partitions, step / partitions, StartMs + 200 * step, Encoding.UTF8.GetBytes($"machine-{step % partitions}"),
        Encoding.UTF8.GetBytes(value),
        [
            new(SourceRecord.ContentTypeHeader, "application/json"u8.ToArray()),
            new("ce_time", Encoding.UTF8.GetBytes(EventTime.FromUnixMilliseconds(StartMs + 200 * step).ToString())),
            new("twice", "1"u8.ToArray()), new("twice", null),
        ]);

    /// <summary>Writes records as a file, each received at its own time.</summary>
    public static void Write(string path, IEnumerable<SourceRecord> records)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(path)!, "new")).FullName;
        using (var writer = new RecordingWriter(folder, "r"))
            foreach (SourceRecord record in records) writer.Add(record, EventTime.FromUnixMilliseconds(record.TimestampMs).Nanoseconds);
        File.Move(Directory.GetFiles(folder).Single(), path, overwrite: true);
        Directory.Delete(folder);
    }
}

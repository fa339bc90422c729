using StreamPerceiver.Model;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Training;

namespace StreamPerceiver.Worker.Tests;

/// <summary>Writes the pipeline, the model's sizes, and the data of a training into a folder.</summary>
internal sealed class TrainingFiles : IDisposable
{
    /// <summary>Pictures or sounds of a folder.</summary>
    public const int Count = 6;

    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    public void Write(string name, string text) => _worker.Write(name, text);

    public string InFolder(string name) => Path.Combine(_worker.Folder, name);

    public LabelledData Data(string labels)
    {
        PipelineDefinition definition = PipelineReader.Read(InFolder("p.json"));
        string place = labels.StartsWith("topic:", StringComparison.Ordinal) ? labels : InFolder(labels);
        PerceiverConfig config = ConfigFile.Read(definition.ModelDirectory);
        return new LabelledData(WorkerHost.ReadSettings([]), definition, definition.ModelDirectory, config, [place], leastShare: 1);
    }

    public void WriteSensorPipeline(string output) => WritePipeline(
        """ "sensor": { "topic": "t.sensor", "modality": "sensor", "channels": ["x"], "rateHz": 10 } """,
        """ "sensor": { "type": "series", "steps": 10, "channels": 1, "num_bands": 2 } """, output, hopMs: 500);

    public void WritePipeline(
        string input, string inputConfig, string output = """ "state": { "type": "classification", "labels": ["low", "high"] } """, int hopMs = 1000)
    {
        string kind = output.Contains("values", StringComparison.Ordinal) ? "values" : "labels";
        _worker.Write("p.json", $$"""
            {
              "name": "p", "model": "model", "window": { "sizeMs": 1000, "hopMs": {{hopMs}}, "outOfOrdernessMs": 0, "idleAfterMs": 1000 },
              "inputs": { {{input}} }, "outputs": { "state": { "type": "{{kind}}" } }, "topics": { "predictions": "t.p" }
            }
            """);
        _worker.Write("model/config.json", $$"""
            {
              "model_type": "stream_perceiver", "num_latents": 4, "d_latents": 16, "num_self_attends_per_block": 1, "num_self_attention_heads": 2,
              "num_cross_attention_heads": 1, "output_num_channels": 16, "inputs": { {{inputConfig}} }, "outputs": { {{output}} }
            }
            """);
    }

    public void WriteFolder(string topic, string extension, Func<int, byte[]> content, Func<int, string> time)
    {
        Directory.CreateDirectory(InFolder(topic));
        List<string> times = ["path,time,entity,topic"], labels = ["entity,from,to,output,value"];
        for (int i = 0; i < Count; i++)
        {
            File.WriteAllBytes(Path.Combine(InFolder(topic), $"{i}{extension}"), content(i));
            times.Add($"{i}{extension},{time(i)},file-{i},{topic}");
            labels.Add($"file-{i},2026-01-01T00:00:00Z,2026-01-02T00:00:00Z,state,{(i % 2 == 0 ? "low" : "high")}");
        }

        _worker.Write($"{topic}/times.csv", string.Join('\n', times));
        _worker.Write($"{topic}/labels.csv", string.Join('\n', labels));
    }

    // A wave around 100 for 12 s, and what is known of m0.
    public void WriteReadings(int machines)
    {
        List<string> lines = [];
        for (int step = 0; step < 120; step++)
        {
            string time = $"2026-01-01T00:00:{step / 10:D2}.{step % 10}Z";
            for (int machine = 0; machine < machines; machine++)
            {
                double x = 100 + (3 * Math.Sin((0.4 * step) + machine));
                lines.Add(FormattableString.Invariant($$"""{ "topic": "t.sensor", "time": "{{time}}", "key": "m{{machine}}", "value": { "x": {{x:F3}} } }"""));
            }

            if (step is 20 or 60)
            {
                string state = step == 20 ? "low" : "high";
                lines.Add($$"""{ "topic": "t.labels", "time": "{{time}}", "key": "m0", "value": { "output": "state", "value": "{{state}}" } }""");
            }
        }

        _worker.Write("lines.jsonl", string.Join('\n', lines));
    }

    // 8 x 8 pixels of one grey.
    public static byte[] Bitmap(byte grey)
    {
        const int Header = 54, Pixels = 8 * 8 * 3;
        return
        [
            .. "BM"u8, .. BitConverter.GetBytes(Header + Pixels), 0, 0, 0, 0, .. BitConverter.GetBytes(Header),
            .. BitConverter.GetBytes(40), .. BitConverter.GetBytes(8), .. BitConverter.GetBytes(8), 1, 0, 24, 0, .. new byte[24],
            .. Enumerable.Repeat(grey, Pixels),
        ];
    }

    // Mono, 8 kHz, 16 bits.
    public static byte[] Wav(int samples)
    {
        byte[] data = [.. Enumerable.Range(0, samples).SelectMany(i => BitConverter.GetBytes((short)(8000 * Math.Sin(i * 0.3))))];
        return
        [
            .. "RIFF"u8, .. BitConverter.GetBytes(36 + data.Length), .. "WAVEfmt "u8, .. BitConverter.GetBytes(16), 1, 0, 1, 0,
            .. BitConverter.GetBytes(8000), .. BitConverter.GetBytes(16000), 2, 0, 16, 0, .. "data"u8, .. BitConverter.GetBytes(data.Length), .. data,
        ];
    }
}

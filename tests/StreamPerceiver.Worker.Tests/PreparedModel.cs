using System.Text;
using Microsoft.Extensions.Time.Testing;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Worker.Tests;

/// <summary>An untrained model in a folder of its own, run by a pipeline of one input or by <c>model run</c>.</summary>
internal sealed class PreparedModel : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("preparation-").FullName;

    /// <summary>The model's folder.</summary>
    public string Folder => Path.Combine(_root, "model");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    public void Write(string config)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "config.json"), config);
        UntrainedModel.Ensure(Folder).ShouldBeTrue();
    }

    /// <summary>Runs the model on arrays, as <c>model run</c> does, and returns its logits.</summary>
    public float[] ModelRun(NpyArray inputs) => ModelRun("logits", ("inputs", inputs));

    /// <summary>Runs the model on named arrays, as <c>model run</c> does, and returns one of the arrays that it gives.</summary>
    public float[] ModelRun(string output, params (string Name, NpyArray Array)[] inputs)
        => ArrayRun.Run(Folder, new PlanChoice(), inputs.ToDictionary(i => i.Name, i => i.Array))[output].ToFloats();

    /// <summary>Runs a pipeline on the records, and on one more that closes their window.</summary>
    public async Task<InMemoryResult> RunAsync(string output, string section, string input, params SourceRecord[] records)
    {
        string file = Path.Combine(_root, "pipeline.json");
        File.WriteAllText(file, $$"""
            {
              "name": "prepared", "window": { "sizeMs": 1000 }, "model": "model", "inputs": { {{input}} },
              "outputs": { "{{output}}": {{section}} }, "topics": { "predictions": "out" }
            }
            """);
        using TorchPerceiver perceiver = TinyModel.Load(Folder, maxWindows: 4);
        SourceRecord[] numbered = [.. records.Append(records[^1] with { TimestampMs = 1500 }).Select((r, i) => r with { Offset = i })];
        return await InMemoryRun.RunAsync(PipelineReader.Read(file), perceiver, new BatchOptions(), numbered, new FakeTimeProvider());
    }

    public static SourceRecord Record(int ms, string type, byte[] value)
        => new("t.in", 0, 0, ms, "camera-1"u8.ToArray(), value, [new("content-type", Encoding.UTF8.GetBytes(type))]);
}

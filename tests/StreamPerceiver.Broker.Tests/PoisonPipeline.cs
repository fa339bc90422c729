using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Broker.Tests;

/// <summary>
/// A pipeline of texts whose model answers every text with NaN, and a window of zeros as it should: of its embedding only the first row is finite.
/// </summary>
internal sealed class PoisonPipeline : IDisposable
{
    public const string Topic = "poison.note";

    private static readonly PerceiverConfig Config = new()
    {
        Architecture = PerceiverArchitecture.StreamPerceiver,
        NumLatents = 4,
        DLatents = 8,
        NumBlocks = 1,
        NumSelfAttendsPerBlock = 1,
        NumSelfAttentionHeads = 1,
        NumCrossAttentionHeads = 1,
        OutputNumChannels = 8,
        Inputs = new Dictionary<string, InputConfig> { ["note"] = new TextInput { Length = 16, Channels = 8 } },
        Outputs = new Dictionary<string, OutputConfig> { ["state"] = new ClassificationOutput { Labels = ["x", "y"], Channels = 8 } },
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("poison").FullName;

    public PoisonPipeline()
    {
        string file = Path.Combine(_folder, "poison.json"), model = Path.Combine(_folder, "model");
        Directory.CreateDirectory(model);
        Checkpoint.Save(model, Config, [.. WeightRecipe.Make(Config).Select(Spoilt)]);
        File.WriteAllText(file, $$"""
            {
              "name": "poison", "window": { "sizeMs": 1000 }, "model": "model", "outputs": { "state": {} }, "topics": { "predictions": "poison.predictions" },
              "inputs": { "note": { "topic": "{{Topic}}", "modality": "text", "length": 16 } }
            }
            """);
        Definition = PipelineReader.Read(file);
    }

    public PipelineDefinition Definition { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A text of an entity, for whichever lane its key belongs to.</summary>
    public static SourceRecord Record(byte[] entity, long ms)
        => new(Topic, -1, 0, ms, entity, Encoding.UTF8.GetBytes($"at {ms % 100_000}"), [new("content-type", "text/plain"u8.ToArray())]);

    /// <summary>The windows that the records give, by entity and end: all are poison.</summary>
    public async Task<string[]> ExpectedAsync(IEnumerable<SourceRecord> records)
    {
        using var perceiver = new TorchPerceiver(
            Definition.ModelDirectory, TorchRuntime.Start(threads: 1, new PlanChoice(), NullLogger.Instance), ModelUse.By([Definition], maxWindows: 4),
            NullLogger.Instance);
        IEnumerable<SourceRecord> numbered = records.Select((r, i) => r with { Partition = 0, Offset = i });
        InMemoryResult result = await InMemoryRun.RunAsync(Definition, perceiver, new BatchOptions(), numbered, TimeProvider.System);
        result.Predictions.ShouldBeEmpty();
        return [.. result.PoisonWindows.Select(p => $"{p.Window.Entity} {p.Window.End}").Order(StringComparer.Ordinal)];
    }

    private static SafeTensor Spoilt(SafeTensor weight)
    {
        if (weight.Shape is not [ByteTokenizer.VocabularySize, long channels]) return weight;
        return SafeTensor.FromFloats(weight.Name, weight.Shape, [.. weight.ToFloats().Select((w, i) => i < channels ? w : float.NaN)]);
    }
}

using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Model;
using StreamPerceiver.Tokenise;
using StreamPerceiver.Worker.Inference;
using InputTokens = StreamPerceiver.Modalities.InputTokens;

namespace StreamPerceiver.Worker.Tests;

/// <summary>A small untrained model in a folder of its own, gone when disposed. Sizes are distinct primes wherever they are free.</summary>
internal sealed class TinyModel : IDisposable
{
    public static readonly PerceiverConfig Config = new()
    {
        Architecture = PerceiverArchitecture.StreamPerceiver,
        NumLatents = 13,
        DLatents = 34,
        NumBlocks = 1,
        NumSelfAttendsPerBlock = 2,
        NumSelfAttentionHeads = 2,
        NumCrossAttentionHeads = 1,
        OutputNumChannels = 29,
        Inputs = new Dictionary<string, InputConfig>
        {
            ["imu"] = new SeriesInput { Steps = 11, Channels = 5, NumBands = 2 },
            ["camera"] = new ImageInput { Frames = 2, Height = 6, Width = 10, PatchSize = 2, NumBands = 3 },
        },
        Outputs = new Dictionary<string, OutputConfig>
        {
            ["activity"] = new ClassificationOutput { Labels = ["idle", "slow", "fast"], Channels = 17 },
            ["wear"] = new ClassificationOutput { Labels = ["low", "high"], Channels = 17 },
        },
    };

    public TinyModel()
        : this(Config)
    {
    }

    public TinyModel(PerceiverConfig config)
    {
        Folder = Path.Combine(Directory.CreateTempSubdirectory("worker-tests-").FullName, "tiny");
        Directory.CreateDirectory(Folder);
        Checkpoint.Save(Folder, config, WeightRecipe.Make(config));
    }

    public string Folder { get; }

    public string File(string name) => Path.Combine(Folder, name);

    public TorchPerceiver Load(int maxWindows = 4, ExecutionPlan? plan = null) => Load(Folder, maxWindows, plan);

    public static TorchPerceiver Load(string folder, int maxWindows, ExecutionPlan? plan = null) =>
        new(folder, plan ?? ExecutionPlan.Kernels(), new ModelUse(maxWindows, model => [model.AskAll()]), NullLogger.Instance);

    /// <summary>Window number n, always with the same content; a share of its tokens is masked.</summary>
    public static TokenisedWindow Window(int n, double masked = 0)
    {
        var random = new Random(n);
        var header = new WindowHeader(0, $"press-{n}", new EventTime(n), new EventTime(n + 1), CloseReason.Watermark, []);
        return new TokenisedWindow(header, [Tokens("camera", 30, 12), Tokens("imu", 11, 5)]);

        InputTokens Tokens(string name, int tokens, int channels) => new(
            name,
            [.. Enumerable.Range(0, tokens * channels).Select(_ => random.NextSingle() * 2 - 1)],
            [.. Enumerable.Range(0, tokens).Select(_ => random.NextDouble() < masked ? (byte)0 : (byte)1)]);
    }

    public static TokenBatch Batch(params IEnumerable<TokenisedWindow> windows)
        => new([.. windows.Select(w => Envelope<TokenisedWindow>.OfValue(w, new RecordAck(0)))], BatchCloseReason.Count);

    /// <summary>All logits of a window, bit by bit.</summary>
    public static int[] Bits(ModelOutput output)
        => [.. output.Outputs.OrderBy(o => o.Key, StringComparer.Ordinal).SelectMany(o => o.Value).Select(BitConverter.SingleToInt32Bits)];

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(Folder)!, recursive: true);
}

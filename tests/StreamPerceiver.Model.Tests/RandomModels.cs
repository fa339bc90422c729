using FsCheck;
using FsCheck.Fluent;

namespace StreamPerceiver.Model.Tests;

/// <summary>Small models of any make: every kind of input and output, alone and together, with the options that each has.</summary>
internal static class RandomModels
{
    public static Arbitrary<PerceiverConfig> Configs { get; } = Gen.Choose(0, int.MaxValue).Select(seed => Make(new Random(seed))).ToArbitrary();

    public static PerceiverConfig Make(Random random)
    {
        Dictionary<string, InputConfig> inputs =
            Some(random, 1, 4, kind => Input(random, kind), "image", "video", "audio", "series", "mode", "text", "set", "points", "stem");
        Dictionary<string, OutputConfig> outputs =
            Some(random, 1, 3, kind => Output(random, kind, inputs), "label", "mean", "clip", "sound", "words", "dense", "entities", "own", "forecast");
        int blocks = Pick(random, 1, 2, 4);
        return new PerceiverConfig
        {
            Architecture = PerceiverArchitecture.StreamPerceiver,
            Inputs = inputs,
            Outputs = outputs,
            NumLatents = Pick(random, 3, 5, 7),
            DLatents = 12,
            NumBlocks = blocks,
            NumSelfAttendsPerBlock = Pick(random, 0, 1, 2),
            NumCrossAttends = Pick(random, 1, blocks),
            ShareWeights = Pick(random, true, false),
            NumSelfAttentionHeads = Pick(random, 1, 2, 3),
            NumCrossAttentionHeads = 1,
            CrossAttentionShape = Pick(random, CrossAttentionShape.Kv, CrossAttentionShape.Q),
            UseQueryResidual = Pick(random, true, false),
            CrossAttentionWideningFactor = Pick(random, 1, 2),
            OutputNumChannels = 11,
            InputMinPadding = inputs.Count == 1 ? Pick(random, 0, 2) : 2,
        };
    }

    /// <summary>Content that fits each input: ids for text, numbers for the rest.</summary>
    public static Dictionary<string, ModelInput> Inputs(PerceiverConfig config, int batch, uint seed = 1) => config.Inputs.ToDictionary(
        i => i.Key,
        i =>
        {
            float[] numbers = Model.Tests.Some.Numbers(batch * i.Value.ContentTokens * i.Value.ContentChannels, seed + WeightRecipe.Seed(i.Key));
            if (i.Value is TextInput text)
                numbers = [.. numbers.Select(v => MathF.Floor((v + 1) / 2 * text.Vocabulary))];
            return new ModelInput(Arrays.ToTensor(numbers, TorchSharp.torch.CPU, batch, i.Value.ContentTokens, i.Value.ContentChannels));
        });

    /// <summary>Every point of the dense outputs.</summary>
    public static Dictionary<string, IReadOnlyList<int>> AllPoints(PerceiverConfig config) =>
        config.Outputs.Where(o => o.Value is DenseOutput).ToDictionary(o => o.Key, o => ((DenseOutput)o.Value).AllPoints);

    private static InputConfig Input(Random random, string kind) => kind switch
    {
        "image" => WithPositions(random, new ImageInput
        {
            Height = 6,
            Width = 8,
            Channels = 2,
            NumBands = 2,
            PatchSize = Pick(random, 1, 2),
            LinearChannels = Pick<int?>(random, null, 5),
            Stride = 1,
        }),
        "video" => new ImageInput { Frames = 4, FramesPerPatch = Pick(random, 1, 2, 4), Height = 4, Width = 2, PatchSize = 2, NumBands = 2 },
        "audio" => WithPositions(random, new AudioInput { Samples = 30, SamplesPerPatch = 5, NumBands = 3 }),
        "series" => new SeriesInput { Steps = 7, Channels = 3, NumBands = 2 },
        "mode" => new OneHotInput { Classes = 4 },
        "text" => new TextInput { Length = 9, Vocabulary = 13, Channels = 6 },
        "set" => new SetInput { Slots = 5, Channels = 4, LinearChannels = Pick<int?>(random, null, 7) },
        "points" => new PointsInput { Points = 8, Axes = 3, Features = Pick(random, 0, 2), NumBands = 2, MaxResolution = 20 },
        _ => new ImageInput { Height = 17, Width = 13, Channels = 2, StemChannels = 3, NumBands = 2 },
    };

    private static OutputConfig Output(Random random, string kind, Dictionary<string, InputConfig> inputs)
    {
        DecoderConfig decoder = new()
        {
            Heads = Pick(random, 1, 2),
            QkChannels = 4,
            VChannels = 6,
            QueryResidual = Pick(random, true, false),
            WideningFactor = Pick(random, 1, 3),
        };
        string asking = inputs.Keys.Order(StringComparer.Ordinal).First();
        string? text = inputs.FirstOrDefault(i => i.Value is TextInput).Key;
        return kind switch
        {
            "mean" => new MeanOutput { Labels = ["a", "b", "c"] },
            "clip" => new ImageOutput { Shape = [2, 3, 4], MaxResolution = [2, 3, 4], NumBands = 2, Decoder = Pick(random, null, decoder) },
            "sound" => new AudioOutput { Patches = 6, SamplesPerPatch = 5, NumBands = 2, MaxResolution = 30 },
            "words" when text is not null => new TextOutput { Input = text, Length = 9, Vocabulary = 13, Channels = 6, Decoder = decoder },
            "dense" => new DenseInputOutput { Input = asking, Channels = 2, Divisor = 10, Decoder = decoder },
            "entities" => new EntityOutput { Input = asking, Channels = 5, PooledChannels = Pick<int?>(random, null, 3), Decoder = decoder },
            "forecast" => new ValuesOutput { Queries = 4, Values = 3, Channels = 6, Decoder = Pick(random, null, decoder) },
            "own" => new ClassificationOutput { Labels = ["x", "y"], Channels = 8, Decoder = decoder },
            _ => new ClassificationOutput { Labels = ["p", "q", "r"], Channels = 10 },
        };
    }

    private static InputConfig WithPositions(Random random, InputConfig input) => random.Next(3) switch
    {
        0 => input with { TrainedPositions = new TrainedPositions(input.FeatureChannels), AddPositions = true },
        1 => input with { TrainedPositions = new TrainedPositions(3, 4) },
        _ => input,
    };

    private static Dictionary<string, T> Some<T>(Random random, int least, int most, Func<string, T> make, params string[] kinds)
    {
        random.Shuffle(kinds);
        return kinds.Take(random.Next(least, most + 1)).ToDictionary(kind => kind, make);
    }

    private static T Pick<T>(Random random, params T[] choices) => choices[random.Next(choices.Length)];
}

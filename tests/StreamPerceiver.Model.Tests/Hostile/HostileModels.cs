namespace StreamPerceiver.Model.Tests;

/// <summary>Small sound models of every family, which the cases spoil. They are made once.</summary>
internal static class HostileModels
{
    private const int Made = 40;
    private const int SmallBytes = 1 << 17;

    private const string Sizes =
        "\"num_latents\": 5, \"d_latents\": 16, \"num_self_attends_per_block\": 1, \"num_self_attention_heads\": 2, \"num_cross_attention_heads\": 1, "
            + "\"num_labels\": 3";

    private static readonly string[] Families =
    [
        Family("MaskedLM", "\"d_model\": 16, \"vocab_size\": 31, \"max_position_embeddings\": 9, \"qk_channels\": 8, \"v_channels\": 16"),
        Family("SequenceClassification", "\"d_model\": 16, \"vocab_size\": 31, \"max_position_embeddings\": 9"),
        Family("ImageClassificationLearned", "\"image_size\": 6"),
        Family("ImageClassificationFourier", "\"num_blocks\": 2"),
        Family("ImageClassificationConvProcessing", "\"num_blocks\": 1"),
        Family("OpticalFlow", "\"train_size\": [6, 8]"),
        Family(
            "MultimodalAutoencoding",
            "\"num_frames\": 2, \"image_size\": 2, \"audio_samples_per_frame\": 16, \"samples_per_patch\": 8, \"output_shape\": [1, 2, 8, 8], "
                + "\"_label_trainable_num_channels\": 8"),
        Original(2, shared: true),
        Original(4, shared: false),
    ];

    private static readonly Entry?[] Kept = new Entry?[Made];

    /// <summary>Picks one of the models.</summary>
    public static Entry Any(Random random) => At(random.Next(Made));

    /// <summary>One of those with few weights.</summary>
    public static Entry Small(Random random)
    {
        Entry entry = Any(random);
        return entry.Weights.Sum(w => w.Bytes.Length) < SmallBytes ? entry : Small(random);
    }

    /// <summary>The text of a sound configuration.</summary>
    public static string Text(Random random) => At(random.Next(Made)).Text;

    private static Entry At(int index) => Kept[index] ??= new Entry(index);

    private static string Family(string name, string fields) => $$"""{ "architectures": ["PerceiverFor{{name}}"], {{Sizes}}, {{fields}} }""";

    private static string Original(int crossAttends, bool shared) => ConfigFile.Format(Some.Config() with
    {
        NumBlocks = 4,
        NumCrossAttends = crossAttends,
        ShareWeights = shared,
        Outputs = new Dictionary<string, OutputConfig> { ["label"] = new MeanOutput { Labels = ["a", "b"] } },
    });

    /// <summary>A configuration, its weights and its model.</summary>
    internal sealed class Entry
    {
        public Entry(int index)
        {
            Text = index < Families.Length ? Families[index] : ConfigFile.Format(RandomModels.Make(new Random(index)));
            Config = ConfigFile.Parse(Text, "text");
            Weights = WeightRecipe.Make(Config);
            Precision precision = index % 3 == 0 ? Precision.BFloat16 : Precision.Float32;
            Model = new PerceiverModel(Config, Weights, Some.Plan(index % 2 == 0 ? PlanChoice.Kernels : PlanChoice.Tensors, precision));
        }

        public string Text { get; }

        public PerceiverConfig Config { get; }

        public IReadOnlyList<SafeTensor> Weights { get; }

        public PerceiverModel Model { get; }
    }
}

using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>One output: the queries that ask for it, and the head that reads the answers (arXiv:2107.14795, section 3.2).</summary>
internal sealed class OutputAdapter
{
    private readonly Device _device;
    private readonly Tensor? _trained;
    private readonly Tensor? _padding;
    private readonly Linear? _head;
    private readonly FourierGrid? _points;

    private OutputAdapter(string name, OutputConfig config, Tensor? trained, Tensor? padding, Linear? head, Device device)
    {
        Name = name;
        Config = config;
        _device = device;
        _trained = trained;
        _padding = padding;
        _head = head;
        _points = config is DenseOutput dense ? dense.Positions.OverPoints(dense.Grid) : null;
    }

    public string Name { get; }

    public OutputConfig Config { get; }

    /// <summary>The only output of a single-input classifier: its trained query stands alone, and the decoder's final layer is its head.</summary>
    public static OutputAdapter Single(string name, OutputConfig config, WeightScope weights, Device device) =>
        new(name, config, Trained(weights.At("decoder").At("decoder")), padding: null, head: null, device);

    /// <summary>One output among others: its queries are padded to the common width E, and it has a head of its own.</summary>
    public static OutputAdapter Joined(string name, OutputConfig config, WeightScope weights, Device device) => new(
        name,
        config,
        config is ClassificationOutput ? Trained(weights.At("decoder").At("modalities").At(name).At("decoder")) : null,
        weights.At("decoder").At("padding").Get(name),
        new Linear(weights.At("output_postprocessor").At("modalities").At(name).At("classifier")),
        device);

    /// <summary>Queries (B, n, E); <paramref name="points"/> are the flat indices asked for, of no use to a classification.</summary>
    public Tensor Queries(long batch, IReadOnlyList<int> points)
    {
        Tensor query = _points is FourierGrid fourier
            ? Arrays.ToTensor(fourier.At([.. points]), _device, points.Count, fourier.Channels) // (n, E_m)
            : _trained!;                                                    // (1, E_m)
        if (_padding is not null)
            query = cat([query, _padding.expand(query.shape[0], -1)], -1);  // (n, E)
        return query.unsqueeze(0).expand(batch, -1, -1);                    // (B, n, E)
    }

    /// <summary>The output of decoder answers (B, n, K): (B, labels), (B, n, 3) or (B, n * samples).</summary>
    public Tensor Read(Tensor answers)
    {
        Tensor values = _head is null ? answers : _head.Forward(answers);   // (B, n, head)
        return Config is ImageOutput ? values : values.flatten(1);          // (B, n * head); a classification has n = 1
    }

    private static Tensor Trained(WeightScope weights) => weights.At("output_position_encodings").Get("position_embeddings"); // (1, E_m)
}

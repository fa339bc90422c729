using StreamPerceiver.Batch;
using StreamPerceiver.Infer;
using StreamPerceiver.Outputs;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Worker.Bench;

/// <summary>A model that answers at once, and always the same.</summary>
internal sealed class InstantPerceiver(PipelineDefinition definition) : IPerceiver
{
    public const string Output = "answer";

    private static readonly Dictionary<string, float[]> Answer = new() { [Output] = [0.25f, 0.75f] };

    public ModelIdentity Identity { get; } = new("instant", "000000000000");

    public IReadOnlyDictionary<string, (int Tokens, int Channels)> InputShapes { get; } =
        definition.Inputs.ToDictionary(i => i.Name, i => i.TokenShape(definition.Align.Plan.SizeNs), StringComparer.Ordinal);

    public IReadOnlyDictionary<string, int> Vocabularies { get; } = new Dictionary<string, int>();

    public IReadOnlyDictionary<string, OutputShape> Outputs { get; } = new Dictionary<string, OutputShape> { [Output] = new LabelsShape(["no", "yes"]) };

    public IReadOnlyList<ModelOutput> Run(TokenBatch batch, IReadOnlyList<OutputQuestion> questions)
        => [.. batch.Windows.Select(w => new ModelOutput(w.Value!.Header, Answer))];

    public void Dispose()
    {
    }
}

using StreamPerceiver.Outputs;
using StreamPerceiver.Outputs.Dense;
using StreamPerceiver.Outputs.Embedding;
using StreamPerceiver.Outputs.Entities;
using StreamPerceiver.Outputs.Labels;
using StreamPerceiver.Outputs.Text;
using StreamPerceiver.Outputs.Values;

namespace StreamPerceiver.Topology;

/// <summary>The kinds of outputs that a pipeline file may name.</summary>
internal static class OutputKinds
{
    /// <summary>All kinds. The first one is the kind of an output without a <c>type</c>.</summary>
    public static IReadOnlyList<OutputKind> All { get; } =
        [LabelsOutput.Labels, ValuesOutput.Values, TextOutput.Texts, EmbeddingOutput.Embeddings, EntitiesOutput.Entities, DenseOutput.Dense];

    /// <summary>Reads an output's section.</summary>
    public static OutputSpec Read(OutputSection section)
        => (section.Kind is { } name ? All.Single(kind => kind.Name == name) : All[0]).Read(section);

    /// <summary>Describes the problem that an output is of another kind than what the model gives; null where the kind takes it.</summary>
    public static string? Misfit(OutputSpec output, OutputShape shape)
    {
        if (output.Kind.Takes(shape)) return null;
        string fitting = string.Join(" or ", All.Where(kind => kind.Takes(shape)).Select(kind => kind.Name));
        return $"type is {output.Kind.Name}, expected {fitting}, which the model gives";
    }
}

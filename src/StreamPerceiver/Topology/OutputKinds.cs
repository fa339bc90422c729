using StreamPerceiver.Outputs;
using StreamPerceiver.Outputs.Labels;
using StreamPerceiver.Outputs.Values;

namespace StreamPerceiver.Topology;

/// <summary>The kinds of outputs that a pipeline file may name.</summary>
internal static class OutputKinds
{
    /// <summary>The kind of an output without a <c>type</c>.</summary>
    public const string Default = LabelsOutput.Kind;

    /// <summary>The function that reads an output's section, by the name of the kind.</summary>
    public static IReadOnlyDictionary<string, Func<OutputSection, OutputSpec>> Readers { get; } = new Dictionary<string, Func<OutputSection, OutputSpec>>
    {
        [LabelsOutput.Kind] = LabelsOutput.Read,
        [ValuesOutput.Kind] = ValuesOutput.Read,
    };
}

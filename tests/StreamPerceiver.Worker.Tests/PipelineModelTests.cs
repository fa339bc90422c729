using StreamPerceiver.Model;
using StreamPerceiver.Outputs.Labels;
using StreamPerceiver.TestKit;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Worker.Tests;

/// <summary>Every pipeline of the repository fits the model that it names.</summary>
public sealed class PipelineModelTests
{
    public static TheoryData<string> Pipelines => [.. Directory.GetFiles(RepositoryRoot.Path("pipelines"), "*.json")
        .Select(f => Path.GetFileName(f)).Where(f => !f.EndsWith(".schema.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void A_pipelines_inputs_and_outputs_are_those_of_its_models_configuration(string file)
    {
        PipelineDefinition definition = PipelineReader.Read(RepositoryRoot.Path("pipelines", file));
        PerceiverConfig model = ConfigFile.Read(definition.ModelDirectory);

        definition.Inputs.Select(i => (i.Name, i.TokenShape(definition.Align.Plan.SizeNs)))
            .ShouldBe(model.Inputs.Select(i => (i.Key, (i.Value.Tokens, i.Value.ContentChannels))), ignoreOrder: true);
        foreach (LabelsOutput output in definition.Outputs.OfType<LabelsOutput>())
            model.Outputs[output.Name].ShouldBeOfType<ClassificationOutput>().Labels.Count.ShouldBeGreaterThanOrEqualTo(output.TopK ?? 1);
    }
}

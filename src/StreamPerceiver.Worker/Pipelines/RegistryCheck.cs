using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Pipelines;

/// <summary>Checks that a schema registry is there for the pipelines that need one. The registry is not asked.</summary>
internal static class RegistryCheck
{
    /// <summary>Lists the inputs that need a registry where the settings name none. Each problem names its file.</summary>
    public static IEnumerable<string> Problems(PipelineDefinition pipeline, RegistrySettings settings) => settings.Options is not null
        ? []
        : pipeline.Inputs.Where(input => input.UsesRegistry).Select(input =>
            $"{pipeline.File}: $.inputs.{input.Name}.registry is true, expected {RegistrySettings.Section}:{nameof(RegistrySettings.Url)} in the settings");
}

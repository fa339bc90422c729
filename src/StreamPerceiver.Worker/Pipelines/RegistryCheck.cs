using StreamPerceiver.Modalities;
using StreamPerceiver.Schemas;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Pipelines;

/// <summary>Checks that a schema registry is there for the pipelines that need one. The registry is not asked.</summary>
internal static class RegistryCheck
{
    /// <summary>Lists the keys of a pipeline that need a registry where the settings name none. Each problem names its file.</summary>
    public static IEnumerable<string> Problems(PipelineDefinition pipeline, RegistrySettings settings)
    {
        if (settings.Options is not null) yield break;
        const string Expected = $"expected {RegistrySettings.Section}:{nameof(RegistrySettings.Url)} in the settings";
        foreach (InputSpec input in pipeline.Inputs.Where(input => input.UsesRegistry))
            yield return $"{pipeline.File}: $.inputs.{input.Name}.registry is true, {Expected}";
        if (pipeline.Format != SchemaKind.Json)
            yield return $"{pipeline.File}: $.topics.format is {pipeline.Format.ToString().ToLowerInvariant()}, {Expected}";
    }
}

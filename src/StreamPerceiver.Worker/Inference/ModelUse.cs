using StreamPerceiver.Infer;
using StreamPerceiver.Outputs;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Worker.Inference;

/// <summary>How the pipelines of a worker use one model.</summary>
/// <param name="MaxWindows">The most windows of a batch, over all pipelines.</param>
/// <param name="Ask">Returns what is asked at once, for each pipeline whose outputs fit the model.</param>
internal sealed record ModelUse(int MaxWindows, Func<IModelDescription, IEnumerable<IReadOnlyList<OutputQuestion>>> Ask)
{
    /// <summary>Describes the use of a model by pipelines. A pipeline that does not fit the model is refused later, and asks nothing.</summary>
    public static ModelUse By(IEnumerable<PipelineDefinition> pipelines, int maxWindows) => new(maxWindows, model => pipelines
        .Select(p => Asked(p, model))
        .Where(asked => asked.Count > 0)
        .DistinctBy(asked => string.Join(' ', asked.Select(q => $"{q.Output}:{string.Join(',', q.Points ?? [])}"))));

    /// <summary>Says what a pipeline asks of a model: nothing, where it does not fit the model.</summary>
    public static IReadOnlyList<OutputQuestion> Asked(PipelineDefinition pipeline, IModelDescription model)
        => PipelineRules.CheckModel(pipeline, model).Count == 0 ? PipelineRules.Ask(pipeline, model) : [];
}

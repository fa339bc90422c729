using StreamPerceiver.Publish;
using StreamPerceiver.Schemas;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Worker.Pipelines;

/// <summary>The schema registry, as pipelines use it.</summary>
/// <param name="Schemas">The schemas in it.</param>
/// <param name="Url">Its addresses.</param>
/// <param name="Registers">Whether schemas of predictions are registered; otherwise they must be there.</param>
internal sealed record PipelineRegistry(SchemaCache Schemas, string Url, bool Registers)
{
    /// <summary>Returns a format with the id of its schema, under the subject of the prediction topic. Waits while the registry is away.</summary>
    /// <param name="format">The format.</param>
    /// <param name="pipeline">Its pipeline.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="StreamPerceiverException">The subject does not have the schema, or does not take it.</exception>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
    public PredictionFormat Enter(PredictionFormat format, PipelineDefinition pipeline, CancellationToken stop)
    {
        string subject = $"{pipeline.PredictionTopic}-value"; // Confluent's TopicNameStrategy
        int? id = Schemas.IdOf(subject, format.Schema, Registers, stop);
        return id is { } known ? format with { Id = known } : throw new StreamPerceiverException(
            $"subject {subject} of the registry {Url} does not have the schema of the predictions of {pipeline.Name}, "
            + "expected it there, or SchemaRegistry:Register true: \"validate --schema FILE\" writes the schema");
    }
}

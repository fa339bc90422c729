using System.Text.Json.Nodes;
using StreamPerceiver.Infer;
using StreamPerceiver.Publish;
using StreamPerceiver.Schemas.Members;

namespace StreamPerceiver.Topology;

/// <summary>Makes the schema of the predictions of one pipeline: with the names, labels, units and shapes that its model has.</summary>
public static class PredictionSchema
{
    /// <summary>Makes the schema in JSON Schema 2020-12 of the values in the pipeline's prediction topic.</summary>
    /// <param name="definition">The pipeline.</param>
    /// <param name="model">Its model. <see cref="PipelineRules.CheckModel"/> has found nothing wrong.</param>
    public static JsonObject Of(PipelineDefinition definition, IModelDescription model)
    {
        ObjectType data = Describe(definition, model);
        JsonObject schema = MemberSchema.Of(definition.IsStructured ? PredictionMembers.EventOf(definition.Name, data) : data);
        schema.Insert(0, "$schema", MemberSchema.Dialect);
        schema.Insert(1, "title", $"Prediction of {definition.Name}");
        schema.Insert(2, "description", $"Value of a record in the topic {definition.PredictionTopic}: CloudEvents type {PredictionRecord.EventType}, "
            + $"{(definition.IsStructured ? "structured" : "binary")} mode.");
        return schema;
    }

    /// <summary>Returns the name of the pipeline's model, as predictions have it.</summary>
    internal static string ModelName(PipelineDefinition definition) => Path.GetFileName(definition.ModelDirectory);

    /// <summary>Describes the data of a prediction.</summary>
    internal static ObjectType Describe(PipelineDefinition definition, IModelDescription model) => PredictionMembers.Of(
        definition.Name, ModelName(definition), definition.Inputs.Select(i => i.Name),
        definition.Outputs.Zip(PipelineRules.Ask(definition, model)));
}

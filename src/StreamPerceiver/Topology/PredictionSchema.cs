using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamPerceiver.Infer;
using StreamPerceiver.Publish;
using StreamPerceiver.Schemas;
using StreamPerceiver.Schemas.Members;

namespace StreamPerceiver.Topology;

/// <summary>Makes the schema of the predictions of one pipeline: with the names, labels, units and shapes that its model has.</summary>
public static class PredictionSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

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

    /// <summary>Writes the schema of the values in the pipeline's prediction topic, in the language of the topic's format.</summary>
    /// <param name="definition">The pipeline.</param>
    /// <param name="model">Its model. <see cref="PipelineRules.CheckModel"/> has found nothing wrong.</param>
    public static string TextOf(PipelineDefinition definition, IModelDescription model)
        => FormatOf(definition, model) is not { } format ? Readable(Of(definition, model))
            : format.Kind == SchemaKind.Avro ? Readable(JsonNode.Parse(format.Text)!)
            : format.Text;

    /// <summary>Writes JSON with line breaks, and with letters of all scripts as they are.</summary>
    internal static string Readable(JsonNode json) => json.ToJsonString(Indented) + "\n";

    /// <summary>Makes the format of the pipeline's predictions, without the id of its schema; null for JSON.</summary>
    /// <param name="definition">The pipeline.</param>
    /// <param name="model">Its model.</param>
    public static PredictionFormat? FormatOf(PipelineDefinition definition, IModelDescription model)
        => definition.Format == SchemaKind.Json ? null : new PredictionFormat(definition.Format, definition.Name, Describe(definition, model));

    /// <summary>Returns the name of the pipeline's model, as predictions have it.</summary>
    internal static string ModelName(PipelineDefinition definition) => Path.GetFileName(definition.ModelDirectory);

    /// <summary>Describes the data of a prediction.</summary>
    internal static ObjectType Describe(PipelineDefinition definition, IModelDescription model) => PredictionMembers.Of(
        definition.Name, ModelName(definition), definition.Inputs.Select(i => i.Name),
        definition.Outputs.Zip(PipelineRules.Ask(definition, model)));
}

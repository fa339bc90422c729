using System.Text.Json.Nodes;
using StreamPerceiver.Infer;
using StreamPerceiver.Outputs.Dense;
using StreamPerceiver.Publish;
using StreamPerceiver.Schemas;
using StreamPerceiver.Schemas.Members;

namespace StreamPerceiver.Topology;

/// <summary>Describes the topics that a pipeline writes.</summary>
internal static class ApiOutputs
{
    private const string Json = "application/json";

    /// <summary>Describes each topic with its kinds of records.</summary>
    public static IEnumerable<ApiTopic> Of(PipelineDefinition definition, IModelDescription model)
    {
        string name = definition.Name;
        yield return Written(definition.PredictionTopic, "The predictions: one for each window of an entity.", Prediction(definition, model));
        foreach (DenseOutput output in definition.Outputs.OfType<DenseOutput>())
        {
            yield return Written(output.Topic!, $"What the model computes as {output.Name}.",
                new ApiMessage(output.Name, $"A record of {output.Name}, in the prediction's transaction and before it.", output.ContentType)
                {
                    Headers = Open(HeaderMembers.OfOutput(name, output.Name, output.ContentType)),
                });
        }

        yield return Written(
            definition.DeadLetterTopic, "What could not be used, with the reason in headers.",
            new ApiMessage("record", "A record of an input, with its own key, value and headers.", null)
            {
                Headers = Open(HeaderMembers.OfSource()),
                IsKeyedByEntity = false,
            },
            new ApiMessage("window", "A window that the model could not run.", Json)
            {
                Headers = Open(HeaderMembers.OfWindow()),
                Payload = MemberSchema.Of(LetterMembers.OfWindow(name, definition.Inputs.Select(i => i.Name))),
            },
            new ApiMessage("loss", "Records that were deleted before they were read. The key is topic/partition.", Json)
            {
                Headers = Open(HeaderMembers.OfLoss()),
                Payload = MemberSchema.Of(LetterMembers.OfLoss(name)),
                IsKeyedByEntity = false,
            });
        if (definition.LateTopic is { } late)
        {
            yield return Written(late, "Records that came behind the windows that they belong to, with how far in headers.",
                new ApiMessage("record", "A record of an input, with its own key, value and headers.", null)
                {
                    Headers = Open(HeaderMembers.OfSource()),
                    IsKeyedByEntity = false,
                });
        }

        yield return Written(
            definition.ProgressTopic, "What the worker must know after a restart. It is for the worker alone.",
            new ApiMessage("progress", "A number or a text, by the kind and name in the key.", "text/plain") { IsKeyedByEntity = false }) with
        {
            IsCompacted = true,
        };
    }

    private static ApiMessage Prediction(PipelineDefinition definition, IModelDescription model)
    {
        PredictionFormat? format = PredictionSchema.FormatOf(definition, model);
        string contentType = format?.ContentType ?? (definition.IsStructured ? EventHeaders.StructuredType : Json);
        JsonObject payload = format switch
        {
            { Kind: SchemaKind.Avro } => Other("application/vnd.apache.avro+json;version=1.9.0", JsonNode.Parse(format.Text)!),
            { } => Other("application/vnd.google.protobuf;version=3", format.Text),
            null => PredictionSchema.Of(definition, model),
        };
        payload.Remove("$schema"); // AsyncAPI's own dialect has all keywords of it
        return new ApiMessage("prediction", "The prediction of a window, a CloudEvent.", contentType)
        {
            Headers = Open(HeaderMembers.OfPrediction(definition.Name, contentType)),
            Payload = payload,
            HasSchemaId = format is not null,
        };
    }

    private static JsonObject Other(string format, JsonNode schema) => new() { ["schemaFormat"] = format, ["schema"] = schema };

    private static ApiTopic Written(string topic, string description, params ApiMessage[] messages) => new(topic, IsInput: false, description, messages);

    // Readers pass over headers that they do not know.
    private static JsonObject Open(ObjectType headers)
    {
        JsonObject schema = MemberSchema.Of(headers);
        schema.Remove("additionalProperties");
        return schema;
    }
}

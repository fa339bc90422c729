using System.Text.Json.Nodes;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;

namespace StreamPerceiver.Topology;

/// <summary>Writes what a pipeline reads and writes as an AsyncAPI 3.0 document: its topics, their records with keys and headers, and who sends them.</summary>
public static class AsyncApi
{
    private const string BindingVersion = "0.5.0";

    /// <summary>Writes the document of a pipeline. It names no brokers.</summary>
    /// <param name="definition">The pipeline.</param>
    /// <param name="model">Its model. <see cref="PipelineRules.CheckModel"/> has found nothing wrong.</param>
    public static JsonObject Of(PipelineDefinition definition, IModelDescription model)
    {
        var channels = new JsonObject();
        var operations = new JsonObject();
        ApiTopic[] topics = [.. ApiInputs.Of(definition, model), .. ApiOutputs.Of(definition, model)];
        foreach (ApiTopic topic in topics)
        {
            string action = topic.IsInput ? "receive" : "send";
            channels[topic.Name] = Channel(topic, definition.Keys);
            operations[$"{action}.{topic.Name}"] = new JsonObject
            {
                ["action"] = action,
                ["channel"] = Reference($"#/channels/{topic.Name}"),
                ["messages"] = new JsonArray([.. topic.Messages.Select(m => Reference($"#/channels/{topic.Name}/messages/{m.Name}"))]),
            };
            if (topic.IsInput) operations[$"{action}.{topic.Name}"]!["bindings"] = Kafka("groupId", new JsonObject { ["const"] = definition.Name });
        }

        return new JsonObject
        {
            ["asyncapi"] = "3.0.0",
            ["info"] = new JsonObject
            {
                ["title"] = definition.Name,
                ["version"] = "1",
                ["description"] = $"A StreamPerceiver pipeline: windows of {definition.Align.Plan.SizeNs / EventTime.PerMillisecond} ms of event time, "
                    + $"one every {definition.Align.Plan.HopNs / EventTime.PerMillisecond} ms, by the model {PredictionSchema.ModelName(definition)}. "
                    + "All topics of inputs are keyed by entity, and have the same number of partitions.",
            },
            ["channels"] = channels,
            ["operations"] = operations,
        };
    }

    /// <summary>Writes the document of a pipeline as the text of a file.</summary>
    /// <param name="definition">The pipeline.</param>
    /// <param name="model">Its model.</param>
    public static string TextOf(PipelineDefinition definition, IModelDescription model) => PredictionSchema.Readable(Of(definition, model));

    private static JsonObject Channel(ApiTopic topic, KeyFormat keys)
    {
        var channel = new JsonObject
        {
            ["address"] = topic.Name,
            ["description"] = topic.Description,
            ["messages"] = new JsonObject([.. topic.Messages.Select(m => KeyValuePair.Create<string, JsonNode?>(m.Name, Message(m, keys)))]),
        };
        if (topic.IsCompacted)
            channel["bindings"] = Kafka("topicConfiguration", new JsonObject { ["cleanup.policy"] = new JsonArray("compact") });
        return channel;
    }

    private static JsonObject Message(ApiMessage message, KeyFormat keys)
    {
        var json = new JsonObject { ["summary"] = message.Summary };
        if (message.ContentType is { } type) json["contentType"] = type;
        if (message.Headers is { } headers) json["headers"] = headers;
        if (message.Payload is { } payload) json["payload"] = payload;
        if (message.IsKeyedByEntity) json["bindings"] = Kafka("key", Key(keys));
        if (message.HasSchemaId)
        {
            JsonNode kafka = json["bindings"]!["kafka"]!;
            kafka["schemaIdLocation"] = "payload";
            kafka["schemaIdPayloadEncoding"] = "confluent";
            kafka["schemaLookupStrategy"] = "TopicNameStrategy";
        }

        return json;
    }

    private static JsonObject Key(KeyFormat keys)
    {
        JsonObject key = keys switch
        {
            KeyFormat.IntegerOf4Bytes => new() { ["type"] = "integer", ["format"] = "int32" },
            KeyFormat.IntegerOf8Bytes => new() { ["type"] = "integer", ["format"] = "int64" },
            KeyFormat.Uuid => new() { ["type"] = "string", ["format"] = "uuid" },
            _ => new() { ["type"] = "string", ["minLength"] = 1 },
        };
        key["description"] = keys switch
        {
            KeyFormat.IntegerOf4Bytes => "The entity: 4 bytes, big-endian.",
            KeyFormat.IntegerOf8Bytes => "The entity: 8 bytes, big-endian.",
            KeyFormat.Uuid => "The entity: 16 bytes, big-endian.",
            _ => "The entity, in UTF-8.",
        };
        return key;
    }

    private static JsonObject Kafka(string key, JsonNode value) => new()
    {
        ["kafka"] = new JsonObject { [key] = value, ["bindingVersion"] = BindingVersion },
    };

    private static JsonObject Reference(string to) => new() { ["$ref"] = to };
}

/// <summary>A topic of a pipeline.</summary>
/// <param name="Name">The topic.</param>
/// <param name="IsInput">Whether the pipeline reads it; otherwise the pipeline writes it.</param>
/// <param name="Description">What is in it.</param>
/// <param name="Messages">The kinds of its records.</param>
internal sealed record ApiTopic(string Name, bool IsInput, string Description, IReadOnlyList<ApiMessage> Messages)
{
    /// <summary>Whether only the latest value of a key is kept (default: no).</summary>
    public bool IsCompacted { get; init; }
}

/// <summary>A kind of records.</summary>
/// <param name="Name">A name that is unique in its topic.</param>
/// <param name="Summary">What the records are.</param>
/// <param name="ContentType">Their content type; null where it differs.</param>
internal sealed record ApiMessage(string Name, string Summary, string? ContentType)
{
    /// <summary>The schema of their headers; null (default) where nothing is known of them.</summary>
    public JsonObject? Headers { get; init; }

    /// <summary>The schema of their values; null (default) where it is not JSON.</summary>
    public JsonObject? Payload { get; init; }

    /// <summary>Whether the value begins with the id of its schema, in Confluent's wire format (default: no).</summary>
    public bool HasSchemaId { get; init; }

    /// <summary>Whether the key is the entity (default: yes).</summary>
    public bool IsKeyedByEntity { get; init; } = true;
}

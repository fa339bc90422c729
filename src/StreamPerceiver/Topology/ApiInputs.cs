using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Topology;

/// <summary>Describes the topics that a pipeline reads.</summary>
internal static class ApiInputs
{
    /// <summary>Describes each topic once, with a kind of records for each input that reads it.</summary>
    public static IEnumerable<ApiTopic> Of(PipelineDefinition definition, IModelDescription model)
        => from shared in definition.Inputs.GroupBy(i => i.Topic)
           let names = string.Join(", ", shared.Select(i => i.Name))
           select new ApiTopic(
               shared.Key, IsInput: true, $"{(shared.First().IsTable ? "The table" : "The stream")} of {names}.",
               [.. shared.Select(input => Message(input, definition.Align.Plan.SizeNs, model))])
           {
               IsCompacted = shared.First().IsTable,
           };

    private static ApiMessage Message(InputSpec input, long windowNs, IModelDescription model)
    {
        (int tokens, int channels) = input.TokenShape(windowNs);
        model.Preparations.TryGetValue(input.Name, out InputPreparation? preparation);
        string[] types = [.. input.CreateCodecs(preparation).Concat(input.CreateRegistryCodecs(_ => null)).SelectMany(c => c.MediaTypes).Distinct()];
        string[] notes =
        [
            $"A window of {input.Name} becomes {tokens} tokens of {channels} channels.",
            input.Required ? "A window without it is skipped." : "A window without it has it masked.",
            .. input.Where is { Field: { } field } where ? [$"The field {field} is {where.Is}."] : (string[])[],
            .. input.TimeSource switch
            {
                { Kind: EventTimeKind.Field } time => [$"The field {time.Name} is the event time: {TimeText.Expected(time.Format)}."],
                { Kind: EventTimeKind.Timestamp } => ["Kafka's timestamp is the event time."],
                _ => (string[])[],
            },
        ];
        return new ApiMessage(input.Name, string.Join(' ', notes), input.DefaultContentType ?? (types.Length == 1 ? types[0] : null))
        {
            Headers = Headers(input, types),
        };
    }

    private static JsonObject Headers(InputSpec input, string[] types)
    {
        var properties = new JsonObject { [SourceRecord.ContentTypeHeader] = ContentType(types) };
        List<string> required = input.DefaultContentType is null ? [SourceRecord.ContentTypeHeader] : [];
        if (input.TimeSource.Kind is EventTimeKind.CloudEvents or EventTimeKind.Header)
        {
            bool isOptional = input.TimeSource.Kind == EventTimeKind.CloudEvents;
            string text = $"Event time: {TimeText.Expected(input.TimeSource.Format)}.";
            properties[input.TimeSource.Name] = Text(isOptional ? $"{text} Without it, Kafka's timestamp." : text);
            if (!isOptional) required.Add(input.TimeSource.Name);
        }

        if (input.Where is { Header: { } header } where)
        {
            properties[header] = new JsonObject { ["const"] = where.Is, ["description"] = $"Tells that the record is one of {input.Name}." };
            required.Add(header);
        }

        properties[TraceContext.ParentHeader] = Text("The trace of the record (W3C Trace Context).");
        properties[TraceContext.StateHeader] = Text("The state of that trace.");
        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]),
            ["properties"] = properties,
        };
    }

    // Parameters may follow, such as the rate of a sound.
    private static JsonObject ContentType(string[] types) => new()
    {
        ["type"] = "string",
        ["pattern"] = $"^({string.Join('|', types.Select(Regex.Escape))})( *;.*)?$",
        ["examples"] = new JsonArray([.. types.Select(type => (JsonNode)type)]),
        ["description"] = "Content type of the value. Parameters may follow.",
    };

    private static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };
}

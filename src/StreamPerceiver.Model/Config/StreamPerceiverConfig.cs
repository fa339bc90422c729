using System.Text.Json.Nodes;

namespace StreamPerceiver.Model;

/// <summary>Our own config.json ("model_type": "stream_perceiver"): named inputs and outputs. Unknown keys are refused.</summary>
internal static class StreamPerceiverConfig
{
    public const string ModelType = "stream_perceiver";

    public static PerceiverConfig Read(JsonFields json)
    {
        int dLatents = json.Int("d_latents", 1280);
        PerceiverConfig config = CommonFields.Read(
            json,
            PerceiverArchitecture.StreamPerceiver,
            Children<InputConfig>(json, "inputs", InputFields.Read),
            Children<OutputConfig>(json, "outputs", f => OutputFields.Read(f, dLatents))) with
        {
            NumCrossAttends = json.Int("num_cross_attends", 1),
            ShareWeights = json.Bool("share_weights", true),
            InputMinPadding = json.Int("input_min_padding", 4),
        };
        json.ReportUnknown();
        return config;
    }

    public static JsonObject Write(PerceiverConfig c)
    {
        JsonObject json = CommonFields.Write(c, ModelType);
        json["num_cross_attends"] = c.NumCrossAttends;
        json["share_weights"] = c.ShareWeights;
        json["input_min_padding"] = c.InputMinPadding;
        json["inputs"] = new JsonObject(c.Inputs.Select(i => KeyValuePair.Create(i.Key, (JsonNode?)InputFields.Write(i.Value))));
        json["outputs"] = new JsonObject(c.Outputs.Select(o => KeyValuePair.Create(o.Key, (JsonNode?)OutputFields.Write(o.Value))));
        return json;
    }

    private static Dictionary<string, T> Children<T>(JsonFields json, string name, Func<JsonFields, T?> read)
        where T : class
    {
        Dictionary<string, T> found = [];
        if (json.Object(name) is not JsonFields children)
            return found;
        foreach (string child in children.Names)
        {
            if (children.Object(child) is not JsonFields fields)
                continue;
            if (read(fields) is not T config)
                continue;
            found.Add(child, config);
            fields.ReportUnknown();
        }

        return found;
    }
}

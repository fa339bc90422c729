using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using StreamPerceiver.Outputs;
using StreamPerceiver.Publish;
using StreamPerceiver.Schemas.Members;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Outputs;

/// <summary>Checks predictions by the schema of all predictions. Another library's validator checks them by their pipeline's own schema.</summary>
internal static class PredictionSchemas
{
    private static readonly StreamPerceiver.Topology.JsonSchema General = new(File.ReadAllText(RepositoryRoot.Path("pipelines", "prediction.schema.json")));

    /// <summary>Checks the prediction of a window with one output against the schema of all predictions and that of its pipeline.</summary>
    /// <param name="prediction">The prediction, of the input "in".</param>
    /// <param name="spec">Its only output.</param>
    /// <param name="shape">What the model gives of it.</param>
    public static void Check(JsonNode prediction, OutputSpec spec, OutputShape shape)
    {
        General.Check(prediction).ShouldBeEmpty();
        Violations(prediction, MemberSchema.Of(Describe(prediction, spec, shape))).ShouldBeEmpty();
    }

    /// <summary>Describes the predictions of a pipeline with one input and one output.</summary>
    public static ObjectType Describe(JsonNode prediction, OutputSpec spec, OutputShape shape) => PredictionMembers.Of(
        prediction["pipeline"]!.GetValue<string>(), prediction["model"]!["name"]!.GetValue<string>(), ["in"], [(spec, spec.Ask(shape))]);

    /// <summary>Lists the places that a schema does not allow, each with its keyword.</summary>
    public static IReadOnlyList<string> Violations(JsonNode value, JsonNode schema)
    {
        JsonSchema built = JsonSchema.FromText(schema.ToJsonString(), new BuildOptions { SchemaRegistry = new SchemaRegistry() });
        EvaluationResults results = built.Evaluate(JsonSerializer.SerializeToElement(value), new EvaluationOptions { OutputFormat = OutputFormat.List });
        if (results.IsValid) return []; // its details may have errors of an alternative that it does not take
        return [.. (results.Details ?? []).Prepend(results).Where(r => r.Errors is not null)
            .SelectMany(r => r.Errors!.Select(e => $"{r.InstanceLocation} {e.Key}"))];
    }
}

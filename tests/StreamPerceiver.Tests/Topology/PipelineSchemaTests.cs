using System.Text.Json.Nodes;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;
using StreamPerceiver.Outputs.Labels;
using StreamPerceiver.Publish;
using StreamPerceiver.TestKit;
using StreamPerceiver.Tests.Outputs;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Topology;

/// <summary>The schema that is made for a pipeline file.</summary>
public sealed class PipelineSchemaTests : IDisposable
{
    private readonly PipelineFile _file = new();

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData("binary")]
    [InlineData("structured")]
    public void The_schema_of_a_file_allows_the_values_of_its_topic_and_refuses_another_label(string envelope)
    {
        PipelineDefinition definition = _file.Read(root => root["topics"]!["envelope"] = envelope);
        using var model = new StubPerceiver(definition.Inputs, definition.Align.Plan.SizeNs);

        JsonObject schema = PredictionSchema.Of(definition, model);

        Violations("coverage").ShouldBeEmpty();
        Violations("covers").ShouldBe([$"{(envelope == "binary" ? "" : "/data")}/outputs/activity/labels/0/label enum"]);
        schema["$schema"]!.GetValue<string>().ShouldBe("https://json-schema.org/draft/2020-12/schema");
        schema["description"]!.GetValue<string>()
            .ShouldBe($"Value of a record in the topic t.out: CloudEvents type streamperceiver.prediction.v1, {envelope} mode.");

        IReadOnlyList<string> Violations(string label)
        {
            OutgoingRecord record = PredictionRecord.From(Predicted(definition, label), "t.out", isStructured: definition.IsStructured);
            return PredictionSchemas.Violations(JsonNode.Parse(record.Value!)!, schema);
        }
    }

    private static Prediction Predicted(PipelineDefinition definition, string label)
    {
        InputPresence[] inputs = [.. definition.Inputs.Select((input, i) => new InputPresence(input.Name, i / 2.0, i == 0 ? null : 1))];
        var window = new WindowHeader(0, "a", Some.At(0), Some.At(2000), CloseReason.Flush, inputs)
        {
            Trace = new TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "a=1"),
        };
        return new Prediction(definition.Name, window, new("press", "0123456789ab"), [new LabelsReading("activity", [(label, 0.5f)])]);
    }
}

using System.Text;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;
using StreamPerceiver.Publish;
using StreamPerceiver.Tests.Topology;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Publish;

/// <summary>Predictions in CloudEvents' structured mode, read by the reader of the CloudEvents project.</summary>
public sealed class StructuredEventTests
{
    private static readonly Prediction Window = new(
        "press", new WindowHeader(0, "press-7", new EventTime(0), new EventTime(2_500_000_000), CloseReason.Watermark, []), new("tiny", "0123456789ab"), []);

    [Fact]
    public void The_value_is_the_whole_event_for_a_reader_of_CloudEvents()
    {
        OutgoingRecord record = PredictionRecord.From(Window, "out", isStructured: true);

        CloudEvent read = new JsonEventFormatter().DecodeStructuredModeMessage(record.Value, contentType: null, extensionAttributes: null);

        read.IsValid.ShouldBeTrue();
        (read.SpecVersion, read.Type, read.Id).ShouldBe((CloudEventsSpecVersion.V1_0, PredictionRecord.EventType, Window.Id));
        (read.Source!.ToString(), read.DataContentType).ShouldBe(("/streamperceiver/press", "application/json"));
        read.Time.ShouldBe(DateTimeOffset.UnixEpoch.AddMilliseconds(2500));
        ((JsonElement)read.Data!).GetRawText().ShouldBe(Encoding.UTF8.GetString(PredictionRecord.ToJson(Window)));
    }

    [Fact]
    public void No_header_is_a_part_of_the_event_and_all_else_is_as_in_binary_mode()
    {
        OutgoingRecord record = PredictionRecord.From(Window, "out", isStructured: true), binary = PredictionRecord.From(Window, "out");

        record.Headers.Select(h => (h.Key, Encoding.UTF8.GetString(h.Value!))).ShouldBe([("content-type", "application/cloudevents+json; charset=utf-8")]);
        record.Key.ShouldBe(binary.Key);
        record.TimestampMs.ShouldBe(binary.TimestampMs);
        record.Value.ShouldBe(PredictionRecord.From(Window, "out", isStructured: true).Value);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("binary", false)]
    [InlineData("structured", true)]
    public void The_pipeline_file_chooses_the_mode(string? envelope, bool isStructured)
    {
        using var file = new PipelineFile();

        PipelineDefinition definition = file.Read(root =>
        {
            if (envelope is not null) root["topics"]!["envelope"] = envelope;
        });

        definition.PublishTopics.IsStructured.ShouldBe(isStructured);
    }
}

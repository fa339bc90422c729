using System.Text;
using System.Text.Json.Nodes;
using OpenCvSharp;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Broker.Tests;

/// <summary>
/// Official models, small and untrained, in two pipelines of one worker: frames through Kafka give what <c>model run</c> gives on the same pictures,
/// to the bit.
/// </summary>
public sealed class OfficialModelsTests : IDisposable
{
    private const int Seconds = 6, Labels = 3;

    private readonly string _folder = Directory.CreateTempSubdirectory("official-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void Frames_through_Kafka_give_a_classifier_and_a_flow_model_what_model_run_gives()
    {
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        string classifier = Pipeline(
            "classifier",
            """ "image": { "topic": "cameras", "modality": "video", "width": 16, "height": 16, "frames": 1, "patch": 1 }""",
            $$""" "label": { "topK": {{Labels}} }""",
            $$""" "architectures": ["PerceiverForImageClassificationLearned"], "image_size": 16, "num_labels": {{Labels}}""");
        File.WriteAllText(Path.Combine(_folder, "classifier", ImageClassificationPreparation.FileName), """{ "size": 16, "crop_size": 18 }""");
        string flow = Pipeline(
            "flow",
            """
            "frames": {
              "topic": "drones", "modality": "video", "width": 24, "height": 16, "frames": 2, "patch": 1, "neighbourhood": 3, "framesPerToken": 2
            }
            """,
            """ "flow": { "type": "values" }""",
            """ "architectures": ["PerceiverForOpticalFlow"], "train_size": [16, 24]""");
        using TestBroker broker = TestBroker.Start(real: true);
        foreach (string topic in new[] { "cameras", "drones" }) broker.CreateTopic(topic, 1);
        var client = new IndependentClient(broker.BootstrapServers);
        byte[][] pictures = [.. Enumerable.Range(0, Seconds).Select(i => Noise(i, 53, 37))];
        byte[][] pairs = [.. Enumerable.Range(0, 2 * Seconds).Select(i => Noise(100 + i, 24, 16))];
        long start = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 86_400 * 86_400_000;
        client.Publish(
        [
            .. pictures.Select((p, i) => Picture("cameras", p, 53, 37, start + i * 1000 + 500)),
            .. pairs.Select((p, i) => Picture("drones", p, 24, 16, start + i * 500 + 250)),
        ]);

        using WorkerProcess worker = WorkerProcess.Run(broker.BootstrapServers, classifier, $"--Pipelines:1={flow}");
        JsonNode[] labels = Await("classifier"), flows = Await("flow");
        worker.Terminate().ShouldBe(0, worker.Said);

        for (int second = 0; second < Seconds - 1; second++)
        {
            Read(labels[second]["label"]!["labels"]!, l => (l["label"]!.GetValue<string>(), l["probability"]!.GetValue<float>()))
                .ShouldBe(Label(pictures[second]));
            Read(flows[second]["flow"]!["values"]!, v => v.GetValue<float>()).ShouldBe(Flow(pairs[2 * second], pairs[2 * second + 1]));
        }

        // The last second's window stays open: no record has passed its end.
        JsonNode[] Await(string pipeline)
        {
            IReadOnlyList<SourceRecord> read = [];
            for (int attempt = 0; attempt < 600 && read.Count < Seconds - 1; attempt++) read = client.Read($"{pipeline}.predictions");
            read.Count.ShouldBe(Seconds - 1, worker.Said);
            return [.. read.OrderBy(End).Select(r => JsonNode.Parse(r.Value)!["outputs"]!)];
        }

        static long End(SourceRecord prediction) => EventTime.TryParse(prediction.Header("ce_time")!, out EventTime end) ? end.Nanoseconds : -1;
    }

    private IEnumerable<(string, float)> Label(byte[] rgb)
    {
        string file = Path.Combine(_folder, "classifier", ImageClassificationPreparation.FileName);
        ImageClassificationPreparation preparation = ImageClassificationPreparation.Read(file);
        float[] logits = ModelRun("classifier", NpyArray.FromFloats([1, 3, 16, 16], preparation.Prepare(rgb, 37, 53)));
        return LabelScore.Top(logits, Labels).Select(best => ($"LABEL_{best.Index}", (float)best.Score));
    }

    private float[] Flow(byte[] first, byte[] second)
    {
        float[] patches = new OpticalFlowPreparation(16, 24, overlap: 4).Patches(first, second, 16, 24, new TileOrigin(0, 0));
        return ModelRun("flow", NpyArray.FromFloats([1, 2, 27, 16, 24], patches));
    }

    private float[] ModelRun(string model, NpyArray inputs)
        => ArrayRun.Run(Path.Combine(_folder, model), new PlanChoice(), new Dictionary<string, NpyArray> { ["inputs"] = inputs })["logits"].ToFloats();

    private string Pipeline(string name, string input, string output, string model)
    {
        string file = Path.Combine(_folder, $"{name}.json");
        WorkerProcess.InitModel(Path.Combine(_folder, name), $$"""
            {
              {{model}}, "num_latents": 5, "d_latents": 16, "num_blocks": 1, "num_self_attends_per_block": 1, "num_self_attention_heads": 2,
              "num_cross_attention_heads": 1
            }
            """);
        File.WriteAllText(file, $$"""
            {
              "name": "{{name}}", "window": { "sizeMs": 1000 }, "model": "{{name}}", "inputs": { {{input}} }, "outputs": { {{output}} },
              "topics": { "predictions": "{{name}}.predictions" }
            }
            """);
        return file;
    }

    private static T[] Read<T>(JsonNode array, Func<JsonNode, T> item) => [.. array.AsArray().Select(n => item(n!))];

    private static byte[] Noise(int seed, int width, int height)
    {
        byte[] rgb = new byte[width * height * 3];
        new Random(seed).NextBytes(rgb);
        return rgb;
    }

    private static SourceRecord Picture(string topic, byte[] rgb, int width, int height, long ms)
    {
        using Mat red = Mat.FromPixelData(height, width, MatType.CV_8UC3, rgb), blue = new();
        Cv2.CvtColor(red, blue, ColorConversionCodes.RGB2BGR);
        Cv2.ImEncode(".png", blue, out byte[] png);
        return new SourceRecord(topic, -1, 0, ms, "camera-1"u8.ToArray(), png, [new("content-type", Encoding.UTF8.GetBytes("image/png"))]);
    }
}

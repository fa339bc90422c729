using System.Text.Json.Nodes;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Topology;

/// <summary>A pipeline file in a folder of its own, gone when disposed.</summary>
internal sealed class PipelineFile : IDisposable
{
    /// <summary>Only what must be there.</summary>
    public const string Least =
        """
        {
          "name": "press",
          "window": { "sizeMs": 2000 },
          "inputs": {
            "sound": { "topic": "t.sound", "modality": "audio", "rateHz": 100, "samplesPerPatch": 10 },
            "imu": { "topic": "t.imu", "modality": "sensor", "channels": ["x", "y"], "rateHz": 5 },
            "cam": { "topic": "t.cam", "modality": "video", "width": 4, "height": 2, "frames": 2, "patch": 2 }
          },
          "model": "models/press",
          "outputs": { "activity": {} },
          "topics": { "predictions": "t.out" }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("pipeline-tests-").FullName;

    public string Path => System.IO.Path.Combine(_folder, "press.json");

    public PipelineDefinition Read(string text)
    {
        File.WriteAllText(Path, text);
        return PipelineReader.Read(Path);
    }

    /// <summary>The least pipeline with something changed.</summary>
    public PipelineDefinition Read(Action<JsonNode> change) => Read(Changed(change));

    /// <summary>Returns the problems of a file. In the whole message each begins with the file's name.</summary>
    public IReadOnlyList<string> Errors(string text)
    {
        PipelineException refused = Should.Throw<PipelineException>(() => Read(text));
        refused.Message.ShouldBe(string.Join(Environment.NewLine, refused.Problems.Select(e => $"{Path}: {e}")));
        return refused.Problems;
    }

    public IReadOnlyList<string> Errors(Action<JsonNode> change) => Errors(Changed(change));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Changed(Action<JsonNode> change)
    {
        JsonNode root = JsonNode.Parse(Least)!;
        change(root);
        return root.ToJsonString();
    }
}

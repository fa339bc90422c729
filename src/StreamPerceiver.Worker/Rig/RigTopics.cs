using StreamPerceiver.Topology;

namespace StreamPerceiver.Worker.Rig;

/// <summary>The topics of the rig.</summary>
/// <param name="Camera">Frames.</param>
/// <param name="Microphone">Sound.</param>
/// <param name="Accelerometer">Readings.</param>
/// <param name="Truth">What each machine does, for labels.</param>
/// <param name="Output">The output that the labels are of.</param>
internal sealed record RigTopics(string Camera, string Microphone, string Accelerometer, string Truth, string Output)
{
    /// <summary>Names of the inputs that a pipeline of the rig has.</summary>
    public static readonly string[] Inputs = ["camera", "microphone", "accelerometer"];

    /// <summary>The topic of the truth, where none is named.</summary>
    public const string DefaultTruth = "blowers.truth";

    /// <summary>The output that the labels are of, where none is named.</summary>
    public const string DefaultOutput = "fault";

    /// <summary>All of them.</summary>
    public IEnumerable<string> All => [Camera, Microphone, Accelerometer, Truth];

    /// <summary>Finds the topics of a pipeline's inputs.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="truth">The topic of the truth.</param>
    /// <param name="output">The output that the labels are of.</param>
    /// <exception cref="StreamPerceiverException">The pipeline has not the rig's inputs.</exception>
    public static RigTopics Of(PipelineDefinition pipeline, string truth, string output)
    {
        Dictionary<string, string> topics = pipeline.Inputs.ToDictionary(i => i.Name, i => i.Topic, StringComparer.Ordinal);
        string[] missing = [.. Inputs.Where(name => !topics.ContainsKey(name))];
        return missing.Length == 0
            ? new RigTopics(topics[Inputs[0]], topics[Inputs[1]], topics[Inputs[2]], truth, output)
            : throw new StreamPerceiverException(
                $"{pipeline.File}: has no input {string.Join(", ", missing)}, expected the rig's inputs {string.Join(", ", Inputs)}");
    }
}

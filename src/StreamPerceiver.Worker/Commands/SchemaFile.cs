using StreamPerceiver.Infer;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Worker.Commands;

/// <summary>A file that <c>validate</c> writes about a valid pipeline.</summary>
/// <param name="Option">The option that asks for it.</param>
/// <param name="Path">The file.</param>
/// <param name="Make">Makes its content.</param>
internal sealed record SchemaFile(string Option, string Path, Func<PipelineDefinition, IModelDescription, string> Make)
{
    // As much as tells a file of this kind from a pipeline file.
    private const int Beginning = 24;

    /// <summary>Writes the file. A file that is there is replaced only if it begins as the new one does, so that no pipeline is lost by a wrong name.</summary>
    /// <param name="pipeline">The pipeline, in which nothing is wrong.</param>
    /// <param name="model">Its model.</param>
    /// <exception cref="StreamPerceiverException">Another file is there.</exception>
    public void Write(PipelineDefinition pipeline, IModelDescription model)
    {
        string text = Make(pipeline, model);
        if (File.Exists(Path) && !File.ReadAllText(Path).StartsWith(text[..Beginning], StringComparison.Ordinal))
            throw new StreamPerceiverException($"{Path}: is there and was not written by {Option}, expected the name of a new file");
        File.WriteAllText(Path, text);
    }
}

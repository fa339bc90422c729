namespace StreamPerceiver.Outputs;

/// <summary>A kind of output, as the key <c>type</c> of a pipeline's output names it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Read">Reads the section of the pipeline file.</param>
/// <param name="Takes">Tells whether the kind can publish what a model gives.</param>
internal sealed record OutputKind(string Name, Func<OutputSection, OutputSpec> Read, Func<OutputShape, bool> Takes);

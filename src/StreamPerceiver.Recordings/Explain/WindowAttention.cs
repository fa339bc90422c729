namespace StreamPerceiver.Recordings.Explain;

/// <summary>What a model reads of a window: the shares of its tokens in the attention.</summary>
/// <param name="Model">The model's directory.</param>
/// <param name="Readers">The latents first, then each output of the pipeline.</param>
public sealed record WindowAttention(string Model, IReadOnlyList<ReaderAttention> Readers);

/// <summary>What the latents or one output read. The shares of its inputs add up to 1.</summary>
/// <param name="Output">Name of the output; null: the latents.</param>
/// <param name="Answer">The answer of the output as text: likeliest labels, or the numbers of a regression; null for other outputs.</param>
/// <param name="Inputs">The model's inputs: those of the pipeline in its order, then those that the model alone has.</param>
public sealed record ReaderAttention(string? Output, string? Answer, IReadOnlyList<InputAttention> Inputs)
{
    /// <summary>What texts call the reader.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Name => Output is null ? "the latents" : $"output {Output}";
}

/// <summary>What is read of one input.</summary>
/// <param name="Name">The input's name.</param>
/// <param name="Share">The share of all its tokens, 0 to 1.</param>
/// <param name="Grid">Sizes of the token grid's axes, slowest first, such as frames, rows and columns of patches.</param>
/// <param name="Tokens">The share of each token, row by row of the grid; 0 for a masked one.</param>
public sealed record InputAttention(string Name, double Share, IReadOnlyList<int> Grid, IReadOnlyList<float> Tokens);

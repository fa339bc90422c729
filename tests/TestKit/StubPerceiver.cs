using StreamPerceiver.Batch;
using StreamPerceiver.Infer;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Text;
using StreamPerceiver.Outputs;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.TestKit;

/// <summary>
/// A model without weights. The two logits are the share of unmasked tokens and the mean of the content, so a change of the input changes the output.
/// </summary>
public sealed class StubPerceiver(IReadOnlyList<InputSpec> inputs, long windowNs) : IPerceiver
{
    public ModelIdentity Identity { get; } = new("stub", "0123456789ab");

    public IReadOnlyDictionary<string, (int Tokens, int Channels)> InputShapes { get; } =
        inputs.ToDictionary(i => i.Name, i => i.TokenShape(windowNs), StringComparer.Ordinal);

    public IReadOnlyDictionary<string, IReadOnlyList<int>> Grids { get; init; } = new Dictionary<string, IReadOnlyList<int>>();

    public IReadOnlyDictionary<string, int> Vocabularies { get; init; } =
        inputs.OfType<TextSpec>().ToDictionary(i => i.Name, _ => 262, StringComparer.Ordinal);

    public IReadOnlyDictionary<string, OutputShape> Outputs { get; init; } =
        new Dictionary<string, OutputShape> { ["activity"] = new LabelsShape(["coverage", "content"]) };

    /// <summary>Called with every batch before it runs. A test makes the model fail or wait here.</summary>
    public Action<TokenBatch> BeforeRun { get; init; } = _ => { };

    public IReadOnlyList<ModelOutput> Run(TokenBatch batch, IReadOnlyList<OutputQuestion> questions)
    {
        BeforeRun(batch);
        return batch.Windows.Select(w => Output(w.Value!)).ToArray();
    }

    public void Dispose()
    {
    }

    private static ModelOutput Output(TokenisedWindow window)
    {
        double kept = window.Inputs.Sum(i => i.Mask.Sum(m => (double)m)) / window.Inputs.Sum(i => i.Tokens);
        double mean = window.Inputs.Sum(i => i.Content.Sum(c => (double)c)) / window.Inputs.Sum(i => i.Content.Length);
        return new ModelOutput(window.Header, new Dictionary<string, float[]> { ["activity"] = [(float)kept, (float)mean] });
    }
}

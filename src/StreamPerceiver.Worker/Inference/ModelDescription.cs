using StreamPerceiver.Infer;
using StreamPerceiver.Modalities;
using StreamPerceiver.Model;
using StreamPerceiver.Outputs;

namespace StreamPerceiver.Worker.Inference;

/// <summary>What the model of a directory takes and gives, by its configuration alone.</summary>
/// <param name="directory">The directory.</param>
/// <param name="config">Its configuration.</param>
/// <exception cref="StreamPerceiverException">An official image classifier has no preprocessor_config.json, or the file is wrong.</exception>
internal sealed class ModelDescription(string directory, PerceiverConfig config) : IModelDescription
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, (int Tokens, int Channels)> InputShapes { get; } = config.Inputs
        .Where(i => i.Value.MaskProbability != 1)
        .ToDictionary(i => i.Key, i => (i.Value.ContentTokens, i.Value.ContentChannels), StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Grids { get; } = config.Inputs
        .ToDictionary(i => i.Key, i => i.Value.ContentGrid, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> Vocabularies { get; } = config.Inputs
        .Where(i => i.Value is TextInput).ToDictionary(i => i.Key, i => ((TextInput)i.Value).Vocabulary, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, InputPreparation> Preparations { get; } = ModelPreparations.Read(directory, config);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, OutputShape> Outputs { get; } = ModelOutputs.Publishable(config, ModelPreparations.Read(directory, config));
}

using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>
/// Writes a model directory in our layout from a directory in Hugging Face's layout or a Haiku pickle of DeepMind's. The directory has config.json with
/// the labels, model.safetensors, and preprocessor_config.json for an image classifier. Weights keep their type and their bits.
/// </summary>
public static class ModelImport
{

    /// <summary>Imports a model from a directory or a Haiku pickle.</summary>
    /// <param name="source">A model directory, or a Haiku pickle.</param>
    /// <param name="target">The directory to write, which is created if it is missing.</param>
    /// <param name="configFile">
    /// The config.json for a Haiku pickle, which contains none. Null (default) takes the configuration of the official model with the same tensors.
    /// </param>
    /// <param name="warn">Receives a line that names the stored tensors which are left out, such as buffers (default: none).</param>
    /// <returns>The configuration of the imported model.</returns>
    /// <exception cref="StreamPerceiverException">A file is damaged, the tensors do not fit the configuration, or no configuration is known.</exception>
    public static PerceiverConfig Import(string source, string target, string? configFile = null, Action<string>? warn = null)
    {
        if (File.Exists(source) && FileKind.Of(source) is { } kind && (kind == FileKind.SafeTensors || kind == FileKind.Torch))
            throw new CheckpointException(source, $"is {kind.Name}, expected a model directory or a Haiku pickle: name the directory, with its config.json");
        (PerceiverConfig config, IReadOnlyList<SafeTensor> tensors) = Directory.Exists(source) ? Checkpoint.Read(source, warn) : ReadHaiku(source, configFile);
        ImageClassificationPreparation? preparation = Preparation(source, config);
        Checkpoint.Save(target, config, tensors);
        preparation?.Write(Path.Combine(target, ImageClassificationPreparation.FileName));
        return config;
    }

    private static (PerceiverConfig Config, IReadOnlyList<SafeTensor> Tensors) ReadHaiku(string file, string? configFile)
    {
        IReadOnlyList<SafeTensor> tensors = HaikuFile.Read(file);
        PerceiverConfig config = (configFile is null ? Official(tensors) : ConfigFile.ReadFile(configFile))
            ?? throw new CheckpointException(
                file,
                $"its tensors are those of none of {string.Join(", ", OfficialModels.Names)}: expected a config.json to be named beside it");
        return (config, tensors);
    }

    /// <summary>Finds the official model with exactly these tensors; null for none.</summary>
    internal static PerceiverConfig? Official(IReadOnlyList<SafeTensor> tensors)
    {
        HashSet<string> found = [.. tensors.Select(t => $"{t.Name} {ShapeText.Of(t.Shape)}")];
        return OfficialModels.Names.Select(OfficialModels.Get).FirstOrDefault(config =>
            found.SetEquals(ParameterList.For(config).Where(p => p.Role != ParameterRole.Counter).Select(p => $"{p.Key} {ShapeText.Of(p.Shape)}")));
    }

    private static ImageClassificationPreparation? Preparation(string source, PerceiverConfig config)
    {
        string file = Path.Combine(source, ImageClassificationPreparation.FileName);
        if (File.Exists(file))
            return ImageClassificationPreparation.Read(file);
        return config.IsImageClassifier ? new ImageClassificationPreparation() : null;
    }
}

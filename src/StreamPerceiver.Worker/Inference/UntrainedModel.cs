using StreamPerceiver.Model;

namespace StreamPerceiver.Worker.Inference;

/// <summary>Weights that have learned nothing, so that a new configuration can be run before it is trained.</summary>
internal static class UntrainedModel
{
    /// <summary>Writes weights where the directory has a configuration and none; false when it had them.</summary>
    public static bool Ensure(string directory)
    {
        if (Checkpoint.Files(directory).Count > 0) return false;
        PerceiverConfig config = ConfigFile.Read(directory);
        Checkpoint.Save(directory, config, WeightRecipe.Make(config));
        return true;
    }

    /// <summary>Writes a configuration where the directory has none, and makes the directory where there is none.</summary>
    public static void Configure(string directory, PerceiverConfig config)
    {
        Directory.CreateDirectory(directory);
        if (!File.Exists(Path.Combine(directory, ConfigFile.Name))) ConfigFile.Write(directory, config);
        string preparation = Path.Combine(directory, ImageClassificationPreparation.FileName);
        if (config.IsImageClassifier && !File.Exists(preparation)) new ImageClassificationPreparation().Write(preparation);
    }
}

using StreamPerceiver.Model;

namespace StreamPerceiver.Worker.Inference;

/// <summary>Makes untrained weights, so that a new configuration can run before it is trained.</summary>
internal static class UntrainedModel
{
    /// <summary>Writes weights for the configuration of a directory that has none. Returns false where it has weights.</summary>
    public static bool Ensure(string directory)
    {
        if (Checkpoint.Files(directory).Count > 0) return false;
        PerceiverConfig config = ConfigFile.Read(directory);
        Checkpoint.Save(directory, config, WeightRecipe.Make(config));
        return true;
    }

    /// <summary>Writes a configuration to a directory that has none. Creates the directory if it is missing.</summary>
    public static void Configure(string directory, PerceiverConfig config)
    {
        Directory.CreateDirectory(directory);
        if (!File.Exists(Path.Combine(directory, ConfigFile.Name))) ConfigFile.Write(directory, config);
    }
}

using StreamPerceiver.Model;

namespace StreamPerceiver.Worker.Inference;

/// <summary>Weights that have learned nothing, so that a new configuration can be run before it is trained.</summary>
internal static class UntrainedModel
{
    /// <summary>Writes weights where the directory has a configuration and none; false when it had them.</summary>
    public static bool Ensure(string directory)
    {
        if (File.Exists(Path.Combine(directory, "model.safetensors"))) return false;
        PerceiverConfig config = ConfigFile.Read(directory);
        Checkpoint.Save(directory, config, WeightRecipe.Make(config));
        return true;
    }
}

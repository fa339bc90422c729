using System.Runtime.CompilerServices;

namespace StreamPerceiver.Model;

/// <summary>A model directory: config.json, and weights as safetensors or else PyTorch's, in one file or in shards.</summary>
public static class Checkpoint
{
    private const string WeightsName = "model.safetensors";

    /// <summary>Loads a model from a directory in Hugging Face's layout or our own.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="plan">The execution plan (default: the kernels on the CPU, in float32).</param>
    /// <param name="warn">Receives a line that names the stored tensors which are left out, such as buffers (default: none).</param>
    /// <exception cref="ConfigException">All problems of config.json.</exception>
    /// <exception cref="CheckpointException">A damaged file; or all tensors that are missing, unknown, or of the wrong shape or type.</exception>
    public static PerceiverModel Load(string directory, ExecutionPlan? plan = null, Action<string>? warn = null)
    {
        PerceiverModel model = Make(directory, plan, warn);

        // Loading leaves garbage arrays as large as the weights. Without this call the collector might keep their memory for a long time.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return model;
    }

    // This is a separate method, so that no local variable keeps the file's arrays alive after the call.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PerceiverModel Make(string directory, ExecutionPlan? plan, Action<string>? warn)
    {
        (PerceiverConfig config, IReadOnlyList<SafeTensor> tensors) = Read(directory, warn);
        return new PerceiverModel(config, tensors, plan);
    }

    /// <summary>Reads a directory without making a model: the configuration, and the tensors in the order of <see cref="ParameterList"/>.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="warn">Receives a line that names the stored tensors which are left out, such as buffers (default: none).</param>
    /// <exception cref="ConfigException">All problems of config.json.</exception>
    /// <exception cref="CheckpointException">A damaged file; or all tensors that are missing, unknown, or of the wrong shape or type.</exception>
    public static (PerceiverConfig Config, IReadOnlyList<SafeTensor> Tensors) Read(string directory, Action<string>? warn = null)
    {
        PerceiverConfig config = ConfigFile.Read(directory);
        (string file, IReadOnlyDictionary<string, SafeTensor> found) = WeightFiles.Read(directory);
        config = WithStoredImageSize(config, found);
        return (config, StoredTensors.Match(file, ParameterList.For(config), found.Values, warn));
    }

    /// <summary>Lists the files with a directory's weights, shards in ordinal order. The list is empty where there are no weights.</summary>
    /// <exception cref="CheckpointException">The index of shards is damaged.</exception>
    public static IReadOnlyList<string> Files(string directory) => WeightFiles.Find(directory);

    /// <summary>Writes a directory that <see cref="Load"/> reads back to the bit. It creates a missing directory.</summary>
    /// <exception cref="ConfigException">The sizes clash.</exception>
    /// <exception cref="CheckpointException">The tensors are not those of the configuration.</exception>
    public static void Save(string directory, PerceiverConfig config, IReadOnlyList<SafeTensor> tensors)
    {
        string file = Path.Combine(directory, WeightsName);
        IReadOnlyList<SafeTensor> matched = StoredTensors.Match(file, ParameterList.For(config), tensors);
        Directory.CreateDirectory(directory);
        ConfigFile.Write(directory, config);
        SafeTensors.Write(file, matched);
    }

    // Takes the image size from the stored position table, since some config.json files of the learned image model lack the size.
    private static PerceiverConfig WithStoredImageSize(PerceiverConfig c, IReadOnlyDictionary<string, SafeTensor> tensors)
    {
        if (c.Architecture != PerceiverArchitecture.ImageClassificationLearned || Table() is not SafeTensor { Shape: [long places, _] })
            return c;
        int side = (int)Math.Sqrt(places);
        return side > 0 && (long)side * side == places
            ? c with { Inputs = c.Inputs.ToDictionary(i => i.Key, InputConfig (i) => (ImageInput)i.Value with { Height = side, Width = side }) }
            : c;

        SafeTensor? Table() => tensors.FirstOrDefault(
            t => t.Key.EndsWith("input_preprocessor.position_embeddings.position_embeddings", StringComparison.Ordinal)).Value;
    }
}

using System.Runtime.CompilerServices;

namespace StreamPerceiver.Model;

/// <summary>A model directory: config.json, and weights as safetensors or else PyTorch's, in one file or in shards.</summary>
public static class Checkpoint
{
    private const string WeightsName = "model.safetensors";
    private const string Prefix = "perceiver.";

    /// <summary>Loads a directory of Hugging Face's or of our own.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="plan">How the model runs (default: the kernels on the CPU, in float32).</param>
    /// <exception cref="ConfigException">All problems of config.json.</exception>
    /// <exception cref="CheckpointException">A damaged file; or all tensors that are missing, unknown, or of the wrong shape or type.</exception>
    public static PerceiverModel Load(string directory, ExecutionPlan? plan = null)
    {
        PerceiverModel model = Make(directory, plan);

        // The file and each of its tensors were arrays for a moment, as large as the weights. Nothing else would make the collector return them soon.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return model;
    }

    // A method of its own, so that nothing of the file is alive after it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PerceiverModel Make(string directory, ExecutionPlan? plan)
    {
        (PerceiverConfig config, IReadOnlyList<SafeTensor> tensors) = Read(directory);
        return new PerceiverModel(config, tensors, plan);
    }

    /// <summary>Reads a directory without making a model of it: the configuration, and its tensors in the order of <see cref="ParameterList"/>.</summary>
    /// <exception cref="ConfigException">All problems of config.json.</exception>
    /// <exception cref="CheckpointException">A damaged file; or all tensors that are missing, unknown, or of the wrong shape or type.</exception>
    public static (PerceiverConfig Config, IReadOnlyList<SafeTensor> Tensors) Read(string directory)
    {
        PerceiverConfig config = ConfigFile.Read(directory);
        (string file, IReadOnlyDictionary<string, SafeTensor> found) = WeightFiles.Read(directory);
        config = HuggingFaceFamilies.SizedAs(config, found);
        return (config, Match(file, ParameterList.Of(config), found.Values));
    }

    /// <summary>The files that hold a directory's weights, shards in ordinal order; none where it has no weights.</summary>
    /// <exception cref="CheckpointException">The index of shards is damaged.</exception>
    public static IReadOnlyList<string> Files(string directory) => WeightFiles.Find(directory);

    /// <summary>Writes a directory that <see cref="Load"/> reads back to the bit. Makes the directory where there is none.</summary>
    /// <exception cref="ConfigException">The sizes clash.</exception>
    /// <exception cref="CheckpointException">The tensors are not those of the configuration.</exception>
    public static void Save(string directory, PerceiverConfig config, IReadOnlyList<SafeTensor> tensors)
    {
        string file = Path.Combine(directory, WeightsName);
        IReadOnlyList<SafeTensor> matched = Match(file, ParameterList.Of(config), tensors);
        Directory.CreateDirectory(directory);
        ConfigFile.Write(directory, config);
        SafeTensors.Write(file, matched);
    }

    /// <summary>The tensors of a list of parameters, in its order; counters may be missing. A key may lack the leading "perceiver.", as a bare model's do.</summary>
    internal static IReadOnlyList<SafeTensor> Match(string file, IReadOnlyList<Parameter> expected, IEnumerable<SafeTensor> found)
    {
        List<string> problems = [];
        Dictionary<string, Parameter> known = expected.ToDictionary(p => p.Key, StringComparer.Ordinal);
        Dictionary<string, SafeTensor> matched = new(StringComparer.Ordinal);
        foreach (SafeTensor tensor in found)
        {
            string key = known.ContainsKey(tensor.Name) ? tensor.Name : Prefix + tensor.Name;
            if (!known.TryGetValue(key, out Parameter? parameter))
                problems.Add($"extra '{tensor.Name}' {tensor.Type} {ShapeText.Of(tensor.Shape)}: no such tensor in this configuration");
            else if (!matched.TryAdd(key, tensor with { Name = key }))
                problems.Add($"'{key}' is there twice, with and without '{Prefix}'");
            else if (!tensor.Shape.SequenceEqual(parameter.Shape))
                problems.Add($"'{key}' has shape {ShapeText.Of(tensor.Shape)}: expected {ShapeText.Of(parameter.Shape)}");
            else if (StridedArray.ByteCount(SafeTensor.SizeOf(tensor.Type), tensor.Shape) != tensor.Bytes.Length)
                problems.Add($"'{key}' {tensor.Type} {ShapeText.Of(tensor.Shape)} holds {tensor.Bytes.Length} bytes: its shape needs another number");
            else if (tensor.Type == SafeTensorType.I64 != (parameter.Role == ParameterRole.Counter))
                problems.Add($"'{key}' holds {tensor.Type}: a {parameter.Role.ToString().ToLowerInvariant()} must be {(parameter.Role == ParameterRole.Counter ? "I64" : "F32, F16 or BF16")}");
        }

        problems.AddRange(expected.Where(p => p.Role != ParameterRole.Counter && !matched.ContainsKey(p.Key)).Select(p => $"missing '{p.Key}' {ShapeText.Of(p.Shape)}"));
        return problems.Count == 0 ? [.. expected.Select(p => matched.GetValueOrDefault(p.Key)).OfType<SafeTensor>()] : throw new CheckpointException(file, problems);
    }
}

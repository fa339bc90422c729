using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// A Perceiver IO model (arXiv:2107.14795). An encoder reads the tokens of named inputs into latents, and decoders compute named outputs from the latents.
/// A model takes one caller at a time: it keeps tables between calls and has no lock. Different models may run on different threads.
/// </summary>
public sealed class PerceiverModel : IDisposable
{
    private readonly BatchStaging _staging;
    private readonly Dictionary<string, Tensor> _weights;

    /// <summary>Builds a model from its configuration and exactly its tensors.</summary>
    /// <param name="config">Sizes; checked first.</param>
    /// <param name="tensors">The tensors that <see cref="ParameterList"/> lists, in any order.</param>
    /// <param name="plan">The execution plan (default: the kernels on the CPU, in float32).</param>
    /// <exception cref="ConfigException">The sizes clash.</exception>
    /// <exception cref="CheckpointException">Tensors are missing, unknown, or of the wrong shape or type.</exception>
    public PerceiverModel(PerceiverConfig config, IReadOnlyList<SafeTensor> tensors, ExecutionPlan? plan = null)
        : this(config, Load(config, tensors, (plan ??= ExecutionPlan.Kernels()).Device), plan)
    {
    }

    /// <summary>Builds a model from its weights by their keys. It frees them, but for those of a training.</summary>
    internal PerceiverModel(PerceiverConfig config, Dictionary<string, Tensor> weights, ExecutionPlan plan)
    {
        (Config, Plan, _weights) = (config, plan, weights);
        _staging = new BatchStaging(Plan.Device);
        WeightScope root = new(_weights, "", Plan);
        Inputs = new InputSet(config, root.Exact, Plan.Device);
        Encoder = new Encoder(config, root, Inputs, Plan.ReadsInParts(config));
        Outputs = new OutputSet(config, root, Plan.Device);
    }

    /// <summary>The sizes of the model.</summary>
    public PerceiverConfig Config { get; }

    /// <summary>The execution plan of the model.</summary>
    public ExecutionPlan Plan { get; }

    internal InputSet Inputs { get; }

    internal Encoder Encoder { get; }

    internal OutputSet Outputs { get; }

    /// <summary>Runs the model: <see cref="Encode"/>, then <see cref="Decode"/>.</summary>
    /// <param name="inputs">As for <see cref="Encode"/>.</param>
    /// <param name="points">As for <see cref="Decode"/>.</param>
    /// <param name="wanted">As for <see cref="Decode"/>.</param>
    /// <returns>As for <see cref="Decode"/>.</returns>
    /// <exception cref="ModelInputException">A wrong name, shape or type, a point out of range, or NaN or infinity in an unmasked token.</exception>
    public IReadOnlyDictionary<string, Tensor> Forward(
        IReadOnlyDictionary<string, ModelInput> inputs,
        IReadOnlyDictionary<string, IReadOnlyList<int>>? points = null,
        IReadOnlyCollection<string>? wanted = null)
    {
        using EncodedInputs encoded = Encode(inputs);
        return Decode(encoded, points, wanted);
    }

    /// <summary>Encodes the inputs into latents.</summary>
    /// <param name="inputs">Content by input name. An input whose tokens are always the mask vector may be left out.</param>
    /// <exception cref="ModelInputException">A wrong name, shape or type, or NaN or infinity in an unmasked token.</exception>
    public EncodedInputs Encode(IReadOnlyDictionary<string, ModelInput> inputs)
    {
        using IDisposable? inference = Plan.IsTraining ? null : inference_mode();
        using IDisposable scope = NewDisposeScope();                        // every temporary below dies here
        IReadOnlyList<TokenParts> parts = Inputs.Parts(inputs);             // (B, M_m, ...)
        Tensor latents = Encoder.Forward(parts);                            // (B, N, D)
        return new EncodedInputs(this, latents.DetachFromDisposeScope(), Inputs.QueryInputs(parts));
    }

    /// <summary>Computes outputs from the latents. A large output may be computed whole or in pieces, with the same result.</summary>
    /// <param name="encoded">Inputs from <see cref="Encode"/>.</param>
    /// <param name="points">
    /// Flat indices by name of a dense output; a dense output without indices is not computed. An output over the tokens of an input takes
    /// indices, too: it is then (B, points, Channels), and whole without them.
    /// </param>
    /// <param name="wanted">Names of the outputs to compute; null (default) for all.</param>
    /// <returns>Outputs by name, in the shapes of their configurations. The caller disposes the tensors.</returns>
    /// <exception cref="ModelInputException">A point out of range, no output to compute, or inputs that another model has encoded.</exception>
    public IReadOnlyDictionary<string, Tensor> Decode(
        EncodedInputs encoded,
        IReadOnlyDictionary<string, IReadOnlyList<int>>? points = null,
        IReadOnlyCollection<string>? wanted = null)
    {
        if (encoded.Model != this) throw new ModelInputException("these inputs were encoded by another model");
        using IDisposable? inference = Plan.IsTraining ? null : inference_mode();
        using IDisposable scope = NewDisposeScope();                        // every temporary below dies here
        return Outputs.Decode(encoded, points, wanted).ToDictionary(o => o.Key, o => o.Value.MoveToOuterDisposeScope(), StringComparer.Ordinal);
    }

    /// <summary>Runs the model on arrays, for callers without tensors.</summary>
    /// <param name="batch">B, at least 1.</param>
    /// <param name="inputs">Content by input name, row-major.</param>
    /// <param name="points">As for <see cref="Forward"/>.</param>
    /// <param name="wanted">As for <see cref="Forward"/>.</param>
    /// <returns>Outputs by name, row-major, with the numbers of <see cref="Forward"/>.</returns>
    /// <exception cref="ModelInputException">As for <see cref="Forward"/>, and an array of the wrong length.</exception>
    public IReadOnlyDictionary<string, float[]> Run(
        int batch,
        IReadOnlyDictionary<string, ArrayInput> inputs,
        IReadOnlyDictionary<string, IReadOnlyList<int>>? points = null,
        IReadOnlyCollection<string>? wanted = null)
    {
        using IDisposable scope = NewDisposeScope();
        return Forward(ToTensors(batch, inputs), points, wanted).ToDictionary(o => o.Key, o => Arrays.ToFloats(o.Value), StringComparer.Ordinal);
    }

    /// <summary>Frees the weights and tables.</summary>
    public void Dispose()
    {
        Outputs.Dispose();
        Encoder.Dispose();
        Inputs.Dispose();
        _staging.Dispose();
        if (Plan.IsTraining) return;
        foreach (Tensor weight in _weights.Values)
            weight.Dispose();
    }

    /// <summary>Makes the tensors of a configuration's weights, by their keys. The caller disposes them.</summary>
    internal static Dictionary<string, Tensor> Load(PerceiverConfig config, IReadOnlyList<SafeTensor> tensors, Device device)
        => StoredTensors.Match("weights", ParameterList.For(config), tensors).Where(t => t.Type != SafeTensorType.I64)
            .ToDictionary(t => t.Name, t => Arrays.ToTensor(t.ToFloats(), device, [.. t.Shape]).DetachFromDisposeScope(), StringComparer.Ordinal);

    /// <summary>Checks arrays, and moves the contents and then the masks of all inputs to the device in one copy.</summary>
    /// <exception cref="ModelInputException">An array of the wrong length, or an unknown input.</exception>
    internal Dictionary<string, ModelInput> ToTensors(int batch, IReadOnlyDictionary<string, ArrayInput> inputs)
    {
        foreach ((string name, ArrayInput input) in inputs) RequireLengths(batch, name, input);
        (string Name, ArrayInput Input)[] all = [.. inputs.Select(i => (i.Key, i.Value))], masked = [.. all.Where(i => !i.Input.Mask.IsEmpty)];
        IReadOnlyList<Tensor> moved = _staging.Move(
        [
            .. all.Select(i => new HostArray(i.Input.Content, default, [batch, Config.Inputs[i.Name].ContentTokens, Config.Inputs[i.Name].ContentChannels])),
            .. masked.Select(i => new HostArray(default, i.Input.Mask, [batch, Config.Inputs[i.Name].ContentTokens])),
        ]);
        Dictionary<string, Tensor> masks = masked.Zip(moved.Skip(all.Length)).ToDictionary(m => m.First.Name, m => m.Second, StringComparer.Ordinal);
        return all.Zip(moved).ToDictionary(m => m.First.Name, m => new ModelInput(m.Second, masks.GetValueOrDefault(m.First.Name)), StringComparer.Ordinal);
    }

    private void RequireLengths(int batch, string name, ArrayInput input)
    {
        if (!Config.Inputs.TryGetValue(name, out InputConfig? config))
            throw new ModelInputException($"input '{name}': no such input; the model has {string.Join(", ", Config.Inputs.Keys)}");
        long places = config.ContentTokens;
        long channels = config.ContentChannels;
        if (batch < 1 || input.Content.Length != batch * places * channels)
        {
            throw new ModelInputException(
                $"input '{name}': {input.Content.Length} numbers, expected B x M x Cx = {batch} x {places} x {channels} = {batch * places * channels}");
        }

        if (!input.Mask.IsEmpty && input.Mask.Length != batch * places)
            throw new ModelInputException($"input '{name}': a mask of {input.Mask.Length}, expected B x M = {batch} x {places} = {batch * places}");
    }
}

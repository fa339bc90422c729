using StreamPerceiver.Formats;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>The inputs of a call and the points of its dense outputs, ready for the model.</summary>
/// <param name="Inputs">Content by input name.</param>
/// <param name="Points">Flat indices by name of a dense output.</param>
public sealed record NamedCall(IReadOnlyDictionary<string, ModelInput> Inputs, IReadOnlyDictionary<string, IReadOnlyList<int>> Points);

/// <summary>
/// Arrays with the names and shapes of Hugging Face's forward: <c>inputs</c> (or <c>input_ids</c>, <c>pixel_values</c>), <c>attention_mask</c>
/// and <c>logits</c>. A model with named inputs and outputs has <c>inputs.image</c>, <c>subsampled_output_points.image</c> and <c>logits.image</c>.
/// </summary>
public static class NamedArrays
{
    private const string Inputs = "inputs";
    private const string Mask = "attention_mask";
    private const string Points = "subsampled_output_points";
    private const string Logits = "logits";

    // Four gibibytes of float32.
    private const long MostLatents = 1L << 30;

    private static readonly string[] Aliases = ["input_ids", "pixel_values"];

    /// <summary>Makes a call from arrays. A dense output without an array of points is computed whole.</summary>
    /// <param name="config">Sizes of the model.</param>
    /// <param name="arrays">Arrays by name. Outputs of the model are skipped, so that a stored case can hold the expected outputs too.</param>
    /// <exception cref="ModelInputException">A name that the model does not know, or an array of a wrong type or shape.</exception>
    public static NamedCall ToCall(PerceiverConfig config, IReadOnlyDictionary<string, NpyArray> arrays) => ToCall(
        config,
        arrays,
        (array, ids) => ids
            ? tensor(array.ToLongs()).reshape([.. array.Shape])             // (B, L)
            : Arrays.ToTensor(array.ToFloats(), CPU, [.. array.Shape]),
        Indices);

    /// <summary>Checks arrays by their headers alone, before their data are read: names, shapes, and how much work they ask for.</summary>
    /// <param name="config">Sizes of the model.</param>
    /// <param name="shapes">What the headers say, by name.</param>
    /// <exception cref="ModelInputException">A name that the model does not know, a wrong shape, or too many windows at once.</exception>
    public static void RequireShapes(PerceiverConfig config, IReadOnlyDictionary<string, NpyShape> shapes)
    {
        foreach ((string name, NpyShape array) in shapes.Where(s => s.Value.Count > Array.MaxLength))
            throw new ModelInputException($"array '{name}' is {ShapeText.Of(array.Shape)}: that is more numbers than can be read");
        using IDisposable scope = NewDisposeScope();
        NamedCall call = ToCall(
            config, shapes, (array, ids) => empty([.. array.Shape], ids ? ScalarType.Int64 : ScalarType.Float32, META), (_, _) => []);
        long batch = InputGuards.RequireBatch(config.Inputs, call.Inputs);
        double numbers = (double)batch * config.NumLatents * config.DLatents;
        if (numbers > MostLatents)
        {
            throw new ModelInputException(
                $"the arrays are {batch} windows, whose latents are {numbers:F0} numbers, expected at most {MostLatents}: run fewer at once");
        }
    }

    private static NamedCall ToCall<T>(
        PerceiverConfig config, IReadOnlyDictionary<string, T> arrays, Func<T, bool, Tensor> toTensor, Func<string, T, IReadOnlyList<int>> toPoints)
        where T : class
    {
        Dictionary<string, T> byName = arrays.Where(a => a.Key != Logits && !a.Key.StartsWith($"{Logits}.", StringComparison.Ordinal))
            .ToDictionary(a => !config.IsMultimodal && Aliases.Contains(a.Key, StringComparer.Ordinal) ? Inputs : a.Key, a => a.Value, StringComparer.Ordinal);
        Dictionary<string, string> inputNames =
            config.Inputs.Keys.ToDictionary(name => config.IsMultimodal ? $"{Inputs}.{name}" : Inputs, StringComparer.Ordinal);
        Dictionary<string, string> pointNames =
            config.Outputs.Where(o => o.Value is DenseOutput).ToDictionary(o => $"{Points}.{o.Key}", o => o.Key, StringComparer.Ordinal);
        foreach (string name in byName.Keys.Where(n => n != Mask && !inputNames.ContainsKey(n) && !pointNames.ContainsKey(n)))
            throw new ModelInputException($"array '{name}': the model takes {string.Join(", ", [.. inputNames.Keys, Mask, .. pointNames.Keys])}");

        Dictionary<string, ModelInput> inputs = inputNames.Where(i => byName.ContainsKey(i.Key))
            .ToDictionary(i => i.Value, i => Input(i.Key, byName[i.Key], config.Inputs[i.Value], toTensor), StringComparer.Ordinal);
        if (byName.TryGetValue(Mask, out T? mask))
            AddMasks(config, toTensor(mask, true), inputs);
        return new(inputs, pointNames.ToDictionary(
            p => p.Value,
            p => byName.TryGetValue(p.Key, out T? points) ? toPoints(p.Key, points) : ((DenseOutput)config.Outputs[p.Value]).AllPoints,
            StringComparer.Ordinal));
    }

    /// <summary>Tells whether an array of this name belongs to the inputs of a call.</summary>
    public static bool IsInput(string name) =>
        name is Inputs or Mask || Aliases.Contains(name, StringComparer.Ordinal)
        || name.StartsWith($"{Inputs}.", StringComparison.Ordinal) || name.StartsWith($"{Points}.", StringComparison.Ordinal);

    /// <summary>Returns the name of the array of an output.</summary>
    public static string OutputName(PerceiverConfig config, string output) => config.IsMultimodal ? $"{Logits}.{output}" : Logits;

    /// <summary>Copies the outputs of a call to arrays, each under Hugging Face's name.</summary>
    public static IReadOnlyDictionary<string, NpyArray> FromOutputs(PerceiverConfig config, IReadOnlyDictionary<string, Tensor> outputs) =>
        outputs.ToDictionary(
            o => OutputName(config, o.Key),
            o => NpyArray.FromFloats(o.Value.shape, Arrays.ToFloats(o.Value)),
            StringComparer.Ordinal);

    private static ModelInput Input<T>(string name, T array, InputConfig config, Func<T, bool, Tensor> toTensor)
    {
        try
        {
            Tensor raw = toTensor(array, config is TextInput);
            return config switch
            {
                TextInput => RawInputs.Text(raw),
                ImageInput { Frames: null } image => RawInputs.Image(raw, image),
                ImageInput video => RawInputs.Video(raw, video),
                AudioInput audio => RawInputs.Audio(raw, audio),
                OneHotInput => RawInputs.OneHot(raw),
                _ => RawInputs.Rows(raw),
            };
        }
        catch (StreamPerceiverException e)
        {
            throw new ModelInputException($"array '{name}': {e.Message}");
        }
    }

    // Hugging Face's mask covers the tokens of all inputs. Each input gets its part, in the order in which the tokens are joined.
    private static void AddMasks(PerceiverConfig config, Tensor mask, Dictionary<string, ModelInput> inputs)
    {
        long[] tokens = [.. config.Inputs.Select(i => InputGuards.Tokens(i.Value.TokenGrid(inputs.GetValueOrDefault(i.Key)?.Grid ?? i.Value.ContentGrid)))];
        if (mask.dim() != 2 || mask.size(1) != tokens.Sum())
        {
            throw new ModelInputException(
                $"array '{Mask}' is {ShapeText.Of(mask.shape)}, expected [B, {tokens.Sum()}]: all tokens of {string.Join(", ", config.Inputs.Keys)}");
        }

        long start = 0;
        foreach ((string name, long count) in config.Inputs.Keys.Zip(tokens))
        {
            if (inputs.TryGetValue(name, out ModelInput? input))
                inputs[name] = input with { Mask = mask.narrow(1, start, count) }; // (B, M_m)
            start += count;
        }
    }

    private static int[] Indices(string name, NpyArray points)
    {
        long[] flat = points.ToLongs();
        return flat.All(p => p is >= 0 and <= int.MaxValue)
            ? [.. flat.Select(p => (int)p)]
            : throw new ModelInputException($"array '{name}' holds {flat.First(p => p is < 0 or > int.MaxValue)}: points are counted from 0");
    }
}

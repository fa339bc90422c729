using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>All outputs of a model. A call computes some of them.</summary>
internal sealed class OutputSet(PerceiverConfig config, WeightScope weights, Device device) : IDisposable
{
    private static readonly Dictionary<string, IReadOnlyList<int>> NoPoints = [];

    /// <summary>The outputs in ordinal order of their names.</summary>
    public IReadOnlyList<OutputAdapter> Adapters { get; } = [.. new OutputFactory(config, weights, device).Make()];

    /// <summary>Computes the wanted outputs. A dense output without points is not computed.</summary>
    public Dictionary<string, Tensor> Decode(
        EncodedInputs encoded, IReadOnlyDictionary<string, IReadOnlyList<int>>? points, IReadOnlyCollection<string>? wanted)
    {
        points ??= NoPoints;
        RequirePoints(encoded, points);
        RequireNames(wanted ?? []);
        Dictionary<Decoder, KeyValues> keys = [];
        Dictionary<string, Tensor> outputs = new(StringComparer.Ordinal);
        foreach (OutputAdapter adapter in Adapters.Where(IsWanted))
            adapter.Decode(encoded, KeysOf, points.GetValueOrDefault(adapter.Name, []), outputs);
        if (outputs.Count == 0) throw new ModelInputException("no output is asked for: name points of a dense output");
        return outputs.ToDictionary(o => o.Key, o => o.Value.to(weights.Plan.ExactType), StringComparer.Ordinal);

        bool IsWanted(OutputAdapter adapter) =>
            (wanted is null || wanted.Contains(adapter.Name)) && (adapter.Config is not DenseOutput || points.ContainsKey(adapter.Name));

        KeyValues KeysOf(Decoder decoder) =>
            keys.TryGetValue(decoder, out KeyValues? known) ? known : keys[decoder] = decoder.ProjectKeys(encoded.Latents);
    }

    public void Dispose()
    {
        foreach (OutputAdapter adapter in Adapters)
            adapter.Dispose();
    }

    private void RequireNames(IReadOnlyCollection<string> wanted)
    {
        foreach (string name in wanted.Where(w => Adapters.All(a => a.Name != w)))
            throw new ModelInputException($"output '{name}': no such output; the model has {string.Join(", ", Adapters.Select(a => a.Name))}");
    }

    private void RequirePoints(EncodedInputs encoded, IReadOnlyDictionary<string, IReadOnlyList<int>> points)
    {
        foreach ((string name, IReadOnlyList<int> flat) in points)
        {
            OutputConfig? output = Adapters.FirstOrDefault(a => a.Name == name)?.Config;
            if (output is not (DenseOutput or DenseInputOutput))
            {
                throw new ModelInputException(
                    $"output '{name}': no output of that name has points; the model has {string.Join(", ", Adapters.Select(a => a.Name))}");
            }

            IReadOnlyList<int> grid = output is DenseOutput dense ? dense.Grid : encoded.QueryInputs[((DenseInputOutput)output).Input].Grid;
            InputGuards.RequirePoints(name, grid, flat);
        }
    }
}

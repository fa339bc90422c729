namespace StreamPerceiver.Model;

/// <summary>Reads the tensors from the pickle of a PyTorch file: their names, shapes and places in storages.</summary>
internal static class TorchPickle
{
    private const string OrderedDict = "collections.OrderedDict";
    private const string RebuildTensor = "torch._utils._rebuild_tensor_v2";
    private const string RebuildParameter = "torch._utils._rebuild_parameter";

    /// <summary>Keys of the weights in a file that also has the state of a training.</summary>
    private static readonly string[] Nests = ["state_dict", "model_state_dict", "model", "module"];

    /// <summary>All Python names in a file of weights.</summary>
    public static readonly IReadOnlySet<string> Allowed =
        new HashSet<string>([OrderedDict, RebuildTensor, RebuildParameter, .. TorchStorage.TypeNames], StringComparer.Ordinal);

    /// <summary>Lists the tensors of a file's value, and checks them against their storages.</summary>
    /// <exception cref="CheckpointException">Lists all entries that are not tensors or reach beyond their storages.</exception>
    public static IReadOnlyList<TorchTensor> Tensors(string file, object? root)
    {
        PickleDict dict = Mapping(root) ?? throw new CheckpointException(file, $"holds {PickleValues.Describe(root)}: expected a dictionary of tensors");
        IReadOnlyList<KeyValuePair<string, object?>> entries = PickleValues.Entries(file, "the dictionary of tensors", dict);
        if (!entries.Any(e => IsTensor(e.Value)))
            entries = Nested(file, entries);

        List<string> problems = [];
        List<TorchTensor> tensors = [];
        foreach ((string name, object? value) in entries)
        {
            TorchTensor? tensor = Tensor(file, name, value);
            string? problem = tensor is null ? $"is {PickleValues.Describe(value)}: expected a tensor" : tensor.Problem();
            if (problem is not null)
                problems.Add($"'{name}': {problem}");
            else
                tensors.Add(tensor!);
        }

        return problems.Count == 0 ? tensors : throw new CheckpointException(file, problems);
    }

    // A training's file has several dictionaries of tensors, such as a moving average of the weights.
    private static IReadOnlyList<KeyValuePair<string, object?>> Nested(string file, IReadOnlyList<KeyValuePair<string, object?>> entries)
    {
        Dictionary<string, PickleDict> nests = entries.Select(e => (e.Key, Dict: Mapping(e.Value)))
            .Where(e => e.Dict?.Items.Any(i => IsTensor(i.Value)) == true).ToDictionary(e => e.Key, e => e.Dict!, StringComparer.Ordinal);
        string? name = nests.Count == 1 ? nests.Keys.Single() : Nests.FirstOrDefault(nests.ContainsKey);
        if (name is not null)
            return PickleValues.Entries(file, $"the dictionary under '{name}'", nests[name]);
        string keys = string.Join(", ", entries.Select(e => $"'{e.Key}'"));
        throw new CheckpointException(
            file,
            $"has no tensors under the keys {keys}, nor {(nests.Count == 0 ? "a dictionary" : "a single dictionary")} of them, nor one under "
            + $"{string.Join(" or ", Nests)}: save the model's state_dict alone");
    }

    private static bool IsTensor(object? value) => value is PickleObject { Constructor: RebuildTensor or RebuildParameter };

    private static PickleDict? Mapping(object? value) =>
        value as PickleDict ?? (value is PickleObject { Constructor: OrderedDict, Arguments: [] } made ? made.Dict : null);

    private static TorchTensor? Tensor(string file, string name, object? value)
    {
        // A parameter is a tensor with two more values, which only a training needs.
        if (value is PickleObject { Constructor: RebuildParameter, Arguments: [var data, _, _] })
            value = data;
        if (value is not PickleObject
            {
                Constructor: RebuildTensor,
                Arguments: [PickleReference storage, long and >= 0 and var offset, var size, var stride, ..],
            })
        {
            return null;
        }

        return PickleValues.Sizes(size) is long[] shape && PickleValues.Sizes(stride) is long[] strides
            ? new TorchTensor(name, TorchStorage.FromReference(file, storage), offset, shape, strides)
            : null;
    }
}

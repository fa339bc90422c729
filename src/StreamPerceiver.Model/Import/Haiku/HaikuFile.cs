using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>
/// Reads the Haiku checkpoints that DeepMind published (.pystate): a pickle of {module: {parameter: array}}, or of {"params": ..., "state": ...}.
/// The pickle is read as data. Functions other than the constructors of arrays are refused by name.
/// </summary>
internal static class HaikuFile
{
    private const string OrderedDict = "collections.OrderedDict";

    private static readonly HashSet<string> FlatMaps =
        new(["haiku._src.data_structures.FlatMapping", "haiku._src.data_structures.FlatMap"], StringComparer.Ordinal);

    private static readonly HashSet<string> Allowed = new([OrderedDict, .. FlatMaps, .. NumpyPickle.Names], StringComparer.Ordinal);

    /// <summary>Reads the tensors of a file under Hugging Face's keys and in its layout.</summary>
    /// <exception cref="CheckpointException">
    /// The file is missing or damaged, or names something other than a constructor of arrays. Or the message lists all unknown names and arrays.
    /// </exception>
    public static IReadOnlyList<SafeTensor> Read(string file)
    {
        if (FileKind.Problem(file, "a Haiku pickle (.pystate)", FileKind.Pickle) is string problem)
            throw new CheckpointException(file, problem);
        using FileStream stream = File.OpenRead(file);
        object? root = new PickleReader(new PickleInput(file, "the pickle", stream), Allowed).Read();

        IReadOnlyList<KeyValuePair<string, object?>> modules = Entries(file, "the file", root);
        string[] parts = [.. modules.Select(m => m.Key)];
        if (parts.Contains("params", StringComparer.Ordinal) && parts.All(p => p is "params" or "state"))
            modules = [.. modules.SelectMany(m => Entries(file, $"'{m.Key}'", m.Value))];

        List<string> problems = [];
        List<KeyValuePair<string, NpyArray>> arrays = [];
        foreach ((string module, object? parameters) in modules)
        {
            foreach ((string parameter, object? value) in Entries(file, $"'{module}'", parameters))
            {
                string name = $"{module}/{parameter}";
                if (NumpyPickle.ToArray(value) is NpyArray array)
                    arrays.Add(new(name, array));
                else
                    problems.Add($"'{name}' is {PickleValues.Describe(value)}: expected a little-endian array of {NpyHeader.TypeNames}");
            }
        }

        return problems.Count == 0 ? HaikuNames.Map(file, arrays) : throw new CheckpointException(file, problems);
    }

    private static IReadOnlyList<KeyValuePair<string, object?>> Entries(string file, string what, object? value)
    {
        if (value is PickleObject made && FlatMaps.Contains(made.Constructor) && made.Arguments is [var inner])
            value = inner;
        PickleDict? dict = value as PickleDict ?? (value is PickleObject { Constructor: OrderedDict, Arguments: [] } ordered ? ordered.Dict : null);
        return dict is not null
            ? PickleValues.Entries(file, what, dict)
            : throw new CheckpointException(file, $"{what} holds {PickleValues.Describe(value)}: expected a dictionary");
    }
}

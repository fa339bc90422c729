using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>Compares the tensors of a file with the parameters that a configuration needs.</summary>
internal static class StoredTensors
{
    private const int MostNamed = 10;

    /// <summary>
    /// Finds the tensor of each parameter, in the order of the parameters. Counters may be missing. All keys may have a prefix of a training's wrapper,
    /// and a key may lack the prefix "perceiver.".
    /// </summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="expected">The parameters.</param>
    /// <param name="found">The stored tensors.</param>
    /// <param name="warn">Receives a line that names the tensors which are left out.</param>
    /// <exception cref="CheckpointException">Lists all tensors that are missing, unknown, or of the wrong shape or type.</exception>
    public static IReadOnlyList<SafeTensor> Match(string file, IReadOnlyList<Parameter> expected, IEnumerable<SafeTensor> found, Action<string>? warn = null)
    {
        List<string> problems = [];
        List<SafeTensor> leftOut = [];
        Dictionary<string, Parameter> known = expected.ToDictionary(p => p.Key, StringComparer.Ordinal);
        Dictionary<string, SafeTensor> matched = new(StringComparer.Ordinal);
        SafeTensor[] stored = [.. found];
        string prefix = StoredNames.Prefix(file, stored.Select(t => t.Name));
        foreach (SafeTensor tensor in stored)
        {
            string? bare = tensor.Name.StartsWith(prefix, StringComparison.Ordinal) ? tensor.Name[prefix.Length..] : null;
            string key = bare is null || known.ContainsKey(bare) ? bare ?? tensor.Name : StoredNames.Base + bare;
            if (bare is null || (!known.ContainsKey(key) && StoredNames.MayBeLeftOut(tensor with { Name = bare }, known.Keys)))
                leftOut.Add(tensor);
            else if (!known.TryGetValue(key, out Parameter? parameter))
                problems.Add($"extra {Text(tensor)}: no such tensor in this configuration");
            else if (!matched.TryAdd(key, tensor with { Name = key }))
                problems.Add($"'{key}' is there twice, with and without '{StoredNames.Base}'");
            else if (Misfit(tensor with { Name = key }, parameter) is string problem)
                problems.Add(problem);
        }

        problems.AddRange(expected.Where(p => p.Role != ParameterRole.Counter && !matched.ContainsKey(p.Key))
            .Select(p => $"missing '{p.Key}' {ShapeText.Of(p.Shape)}"));
        if (problems.Count > 0)
            throw new CheckpointException(file, [.. problems.Distinct(StringComparer.Ordinal)]); // a head's weight and bias have one problem
        if (leftOut.Count > 0)
        {
            string more = leftOut.Count > MostNamed ? ", ..." : "";
            warn?.Invoke(
                $"{file}: stored tensors that are none of the model's are left out: {string.Join(", ", leftOut.Take(MostNamed).Select(Text))}{more}");
        }

        return [.. expected.Select(p => matched.GetValueOrDefault(p.Key)).OfType<SafeTensor>()];
    }

    private static string? Misfit(SafeTensor tensor, Parameter parameter)
    {
        if (parameter.LabelsFrom is string source && HasOtherRows(tensor, parameter))
        {
            string head = tensor.Name[..tensor.Name.LastIndexOf('.')];
            return $"'{head}' has {tensor.Shape[0]} labels, but {source} of config.json gives {parameter.Shape[0]}: expected as many";
        }

        if (!tensor.Shape.SequenceEqual(parameter.Shape))
            return $"'{tensor.Name}' has shape {ShapeText.Of(tensor.Shape)}: expected {ShapeText.Of(parameter.Shape)}";
        if (StridedArray.ByteCount(SafeTensor.SizeOf(tensor.Type), tensor.Shape) != tensor.Bytes.Length)
            return $"{Text(tensor)} holds {tensor.Bytes.Length} bytes, which do not fit its shape";
        bool fits = parameter.Role == ParameterRole.Counter ? tensor.Type == SafeTensorType.I64 : SafeTensorTypes.IsFloat(tensor.Type);
        string allowed = parameter.Role == ParameterRole.Counter ? "I64" : SafeTensorTypes.Floats;
        return fits
            ? null
            : $"'{tensor.Name}' holds {SafeTensorTypes.NameOf(tensor.Type)}: a {parameter.Role.ToString().ToLowerInvariant()} must be {allowed}";
    }

    private static bool HasOtherRows(SafeTensor tensor, Parameter parameter)
        => tensor.Shape.Count > 0 && tensor.Shape[0] != parameter.Shape[0] && tensor.Shape.Skip(1).SequenceEqual(parameter.Shape.Skip(1));

    private static string Text(SafeTensor tensor) => $"'{tensor.Name}' {SafeTensorTypes.NameOf(tensor.Type)} {ShapeText.Of(tensor.Shape)}";
}

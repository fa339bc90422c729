using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>Compares the tensors of a file with the parameters that a configuration needs.</summary>
internal static class StoredTensors
{
    private const string Prefix = "perceiver.";

    /// <summary>
    /// Finds the tensor of each parameter, in the order of the parameters. Counters may be missing. A key may lack the prefix "perceiver.".
    /// </summary>
    public static IReadOnlyList<SafeTensor> Match(string file, IReadOnlyList<Parameter> expected, IEnumerable<SafeTensor> found)
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
                problems.Add($"'{key}' {tensor.Type} {ShapeText.Of(tensor.Shape)} holds {tensor.Bytes.Length} bytes, which do not fit its shape");
            else if (tensor.Type == SafeTensorType.I64 != (parameter.Role == ParameterRole.Counter))
            {
                string allowed = parameter.Role == ParameterRole.Counter ? "I64" : "F32, F16 or BF16";
                problems.Add($"'{key}' holds {tensor.Type}: a {parameter.Role.ToString().ToLowerInvariant()} must be {allowed}");
            }
        }

        problems.AddRange(expected.Where(p => p.Role != ParameterRole.Counter && !matched.ContainsKey(p.Key))
            .Select(p => $"missing '{p.Key}' {ShapeText.Of(p.Shape)}"));
        return problems.Count == 0
            ? [.. expected.Select(p => matched.GetValueOrDefault(p.Key)).OfType<SafeTensor>()]
            : throw new CheckpointException(file, problems);
    }
}

namespace StreamPerceiver.Model;

/// <summary>
/// What the names of a file's tensors say: the prefix that a training's wrapper has put before all of them, and which tensors are none of the model's.
/// </summary>
internal static class StoredNames
{
    /// <summary>The prefix that names may have or lack, as Hugging Face's base class leaves it out.</summary>
    public const string Base = "perceiver.";

    /// <summary>Wrappers of PyTorch: DataParallel, Lightning and torch.compile.</summary>
    private static readonly string[] Wrappers = ["module.", "model.", "_orig_mod."];

    /// <summary>Non-trained tensors that classes of Hugging Face have stored, although floats.</summary>
    private static readonly string[] FloatBuffers = ["inv_freq", "masked_bias"];

    /// <summary>
    /// Finds the prefix before the names of the model's tensors, by the name of the latents. It is empty for plain names and where there are no latents.
    /// </summary>
    /// <exception cref="CheckpointException">The file has several models, and none has the usual names.</exception>
    public static string Prefix(string file, IEnumerable<string> names)
    {
        string latents = WeightKeys.Latents[Base.Length..];
        string[] prefixes =
        [
            .. names.Where(n => n == latents || n.EndsWith($".{latents}", StringComparison.Ordinal)).Select(n => n[..^latents.Length])
                .Select(p => p == Base || p.EndsWith($".{Base}", StringComparison.Ordinal) ? p[..^Base.Length] : p)
                .Distinct(StringComparer.Ordinal).OrderBy(p => p.Length).ThenBy(p => p, StringComparer.Ordinal),
        ];
        if (prefixes.Length < 2)
            return prefixes.FirstOrDefault("");
        return prefixes.FirstOrDefault(IsOfWrappers) ?? throw new CheckpointException(
            file, $"has the tensors of {prefixes.Length} models, under {string.Join(" and ", prefixes)}: expected those of one");
    }

    /// <summary>Tells whether a tensor that is none of the model's may be left out: a buffer, or a part that lies beside the model.</summary>
    /// <param name="tensor">The tensor, by its name without the prefix.</param>
    /// <param name="known">The names of the model's tensors.</param>
    public static bool MayBeLeftOut(SafeTensor tensor, IEnumerable<string> known)
    {
        if (!SafeTensorTypes.IsFloat(tensor.Type) || FloatBuffers.Any(b => tensor.Name.EndsWith($".{b}", StringComparison.Ordinal)))
            return true;

        // A weight in a part of the model shows that the file is of another configuration, such as one with more layers.
        string part = Part(tensor.Name);
        return !tensor.Name.StartsWith(Base, StringComparison.Ordinal) && !known.Any(k => Part(k) == part);
    }

    private static bool IsOfWrappers(string prefix)
    {
        while (Wrappers.FirstOrDefault(w => prefix.StartsWith(w, StringComparison.Ordinal)) is string wrapper)
            prefix = prefix[wrapper.Length..];
        return prefix.Length == 0;
    }

    private static string Part(string name) => (name.StartsWith(Base, StringComparison.Ordinal) ? name[Base.Length..] : name).Split('.')[0];
}

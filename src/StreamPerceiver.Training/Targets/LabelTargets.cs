namespace StreamPerceiver.Training;

/// <summary>Targets that labels have given.</summary>
/// <param name="output">The output.</param>
internal sealed class LabelTargets(string output) : TargetSource
{
    /// <inheritdoc/>
    public override string Lack => "no label";

    /// <inheritdoc/>
    public override bool Has(Example example) => example.Targets.ContainsKey(output);

    /// <inheritdoc/>
    internal override void Add(int place, Example example, BatchReader reader, TargetRows rows)
    {
        if (example.Targets.TryGetValue(output, out float[]? target)) rows.Add(place, target);
    }
}

using System.Globalization;
using StreamPerceiver.Model;

namespace StreamPerceiver.Worker.Commands;

/// <summary>What <c>model inspect</c> prints.</summary>
internal static class ModelReport
{
    private const int MostLabels = 12;

    /// <summary>Prints the report. Where the directory has weights, they are read and checked against the configuration.</summary>
    public static void Print(string directory, TextWriter output)
    {
        PerceiverConfig c = ConfigFile.Read(directory);
        output.WriteLine($"{directory}: {c.Architecture}");
        output.WriteLine($"  weights       {Weights(directory)}");
        output.WriteLine($"  parameters    {Number(c.ParameterCount)}");
        output.WriteLine(
            $"  encoder       {Number(c.NumLatents)} latents of {Number(c.DLatents)}; "
            + $"{c.NumCrossAttends} x cross-attention of {c.NumCrossAttentionHeads} heads "
            + $"to {Number(ModelCost.Tokens(c))} tokens of {Number(c.InputChannels)}; "
            + $"{c.NumBlocks} x {c.NumSelfAttendsPerBlock} self-attention layers of {c.NumSelfAttentionHeads} heads"
            + (c.ShareWeights ? "" : ", no weights shared"));
        foreach ((string name, InputConfig input) in c.Inputs)
            output.WriteLine(
                $"  input         {name}: {input.GetType().Name}, {string.Join(" x ", input.Grid)} = {Number(input.Tokens)} tokens "
                + $"of {input.FeatureChannels} features and {input.PositionChannels} position channels");
        foreach ((string name, OutputConfig answer) in c.Outputs)
        {
            output.WriteLine($"  output        {name}: {answer.GetType().Name}, {Queries(c, name, answer)}, {Number(answer.HeadChannels)} numbers each");
            if (answer is LabelledOutput labelled) output.WriteLine($"  labels        {name}: {Some(labelled.Labels)}");
        }

        foreach (string line in PreparationReport.Lines(directory, c)) output.WriteLine($"  preparation   {line}");
        foreach (string line in TrainingReport.Lines(directory)) output.WriteLine($"  training      {line}");
        IReadOnlyList<PartCost> parts = ModelCost.CountParts(c);
        PartCost total = new("total", parts.Sum(p => p.Flops));
        Table("arithmetic of a window, dense outputs whole", [.. parts, total], p => p.Part, p => p.Flops / 1e9, "GFLOP", output);
        Table(
            "memory of a window computed the plain way in float32 (on a CPU no scores are kept, and mostly no tokens, keys and values)",
            MemoryUse.Estimate(c), m => m.What, m => m.Bytes / 1048576.0, "MiB", output);
    }

    private static string Weights(string directory)
    {
        IReadOnlyList<string> files = Checkpoint.Files(directory);
        if (files.Count == 0) return "none";
        IReadOnlyList<SafeTensor> tensors = Checkpoint.Read(directory, Failures.Warn).Tensors;
        IEnumerable<SafeTensorType> types = tensors.Select(t => t.Type).Where(t => t != SafeTensorType.I64).Distinct();
        return $"{string.Join(", ", files.Select(Path.GetFileName))}: {string.Join(", ", types)}, as the configuration needs them";
    }

    private static string Some(IReadOnlyList<string> labels)
        => string.Join(", ", labels.Take(MostLabels)) + (labels.Count > MostLabels ? $" and {Number(labels.Count - MostLabels)} more" : "");

    private static string Queries(PerceiverConfig c, string name, OutputConfig output)
        => output is MeanOutput
            ? "mean of the latents"
            : $"{Number(ModelCost.Queries(c, name))} queries of {Number(output.QueryChannels(c.Inputs))} channels";

    private static void Table<T>(string title, IReadOnlyList<T> rows, Func<T, string> name, Func<T, double> value, string unit, TextWriter output)
    {
        output.WriteLine($"  {title}:");
        foreach (T row in rows) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {name(row),-30}{value(row),14:N2} {unit}"));
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

using System.Globalization;
using StreamPerceiver.Model;
using StreamPerceiver.Outputs;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Worker.Inference;

/// <summary>Says what the outputs of a pipeline cost for one window. The bytes of the answer are those that the memory plan counts.</summary>
internal static class OutputCosts
{
    private static readonly string[] Prefixes = ["", "k", "M", "G", "T"];

    /// <summary>Writes a line for what all outputs need, the encoder with the keys of a shared decoder, and a line for each output that is decoded.</summary>
    /// <param name="pipeline">The pipeline. Its outputs fit the model.</param>
    public static string[] Describe(PipelineDefinition pipeline)
    {
        PerceiverConfig config = ConfigFile.Read(pipeline.ModelDirectory);
        IGrouping<string, OutputQuestion>[] decoded = [.. ModelUse.Asked(pipeline, new ModelDescription(pipeline.ModelDirectory, config))
            .GroupBy(asked => ModelOutputs.Computing(config, asked.Output))];
        return
        [
            $"the encoder takes {Amount(ModelCost.CountCommon(config, decoded.Select(d => d.Key)), "FLOP")} a window",
            .. decoded.Select(d => Line(string.Join(" and ", d.Select(asked => asked.Output)), OutputCost.Of(config, d.Key, d.First().Points?.Count), d)),
        ];
    }

    private static string Line(string names, OutputCost cost, IEnumerable<OutputQuestion> asked)
        => $"output {names} takes {cost.Queries} {(cost.Queries == 1 ? "query" : "queries")}, {Amount(cost.Flops, "FLOP")}, "
            + $"{Amount(asked.Sum(question => question.Answer.WindowBytes), "B")} of answer, {Amount(cost.DecoderBytes, "B")} in the decoder a window";

    // Three digits, such as 1.23 MFLOP.
    private static string Amount(double amount, string unit)
    {
        int prefix = 0;
        for (; amount >= 1000 && prefix < Prefixes.Length - 1; prefix++) amount /= 1000;
        string format = prefix == 0 || amount >= 100 ? "F0" : amount >= 10 ? "F1" : "F2";
        return $"{amount.ToString(format, CultureInfo.InvariantCulture)} {Prefixes[prefix]}{unit}";
    }
}

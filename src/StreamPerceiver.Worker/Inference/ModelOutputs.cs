using StreamPerceiver.Model;
using StreamPerceiver.Outputs;
using StreamPerceiver.Outputs.Labels;
using StreamPerceiver.Outputs.Values;

namespace StreamPerceiver.Worker.Inference;

/// <summary>Finds what a pipeline can publish of a model.</summary>
internal static class ModelOutputs
{
    /// <summary>Lists the outputs that a pipeline can publish, with what the model gives of each.</summary>
    /// <param name="config">The model's configuration.</param>
    public static IReadOnlyDictionary<string, OutputShape> Publishable(PerceiverConfig config)
    {
        Dictionary<string, OutputShape> shapes = new(StringComparer.Ordinal);
        foreach ((string name, OutputConfig output) in config.Outputs)
        {
            OutputShape? shape = output switch
            {
                LabelledOutput { Reading: ProblemType.Regression } regression => new ValuesShape([regression.Labels.Count]) { Names = regression.Labels },
                LabelledOutput labelled => new LabelsShape(labelled.Labels, labelled.Reading == ProblemType.MultiLabelClassification),
                Model.ValuesOutput values => Values(values),
                DenseInputOutput dense => new ValuesShape([.. config.Inputs[dense.Input].Grid, dense.Channels]),
                _ => null,
            };
            if (shape is not null and not ValuesShape { Numbers: > ValuesShape.MostNumbers }) shapes.Add(name, shape);
        }

        return shapes;
    }

    private static ValuesShape Values(Model.ValuesOutput values) => new([values.Queries, values.Values])
    {
        Names = values.Names,
        Units = values.Units,
        Means = values.Mean is { } mean ? [.. mean.Select(m => (float)m)] : null,
        Deviations = values.Deviation is { } deviation ? [.. deviation.Select(d => (float)d)] : null,
    };
}

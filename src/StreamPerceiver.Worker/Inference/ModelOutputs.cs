using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Video;
using StreamPerceiver.Model;
using StreamPerceiver.Outputs;

namespace StreamPerceiver.Worker.Inference;

/// <summary>Finds what a pipeline can publish of a model.</summary>
internal static class ModelOutputs
{
    private const string Pooled = ".pooled";

    /// <summary>Lists the outputs that a pipeline can publish, with what the model gives of each.</summary>
    /// <param name="config">The model's configuration.</param>
    /// <param name="preparations">How its inputs were prepared in training, by name.</param>
    public static IReadOnlyDictionary<string, OutputShape> Publishable(
        PerceiverConfig config, IReadOnlyDictionary<string, InputPreparation> preparations)
    {
        Dictionary<string, OutputShape> shapes = new(StringComparer.Ordinal);
        foreach ((string name, OutputConfig output) in config.Outputs)
        {
            if (Shape(config, output, preparations) is { } shape) shapes.Add(name, shape);
            if (output is EntityOutput { PooledChannels: int channels }) shapes.Add(name + Pooled, new ValuesShape([channels]));
        }

        return shapes;
    }

    /// <summary>Returns the output of the model that computes a publishable output: its own, or the one that it is pooled from.</summary>
    public static string Computing(PerceiverConfig config, string output) => config.Outputs.ContainsKey(output) ? output : output[..^Pooled.Length];

    private static OutputShape? Shape(PerceiverConfig config, OutputConfig output, IReadOnlyDictionary<string, InputPreparation> inputs) => output switch
    {
        LabelledOutput { Reading: ProblemType.Regression } regression => new ValuesShape([regression.Labels.Count]) { Names = regression.Labels },
        LabelledOutput labelled => new LabelsShape(labelled.Labels, labelled.Reading == ProblemType.MultiLabelClassification),
        ValuesOutput values => Values(values),
        DenseInputOutput dense when config.Inputs[dense.Input] is SetInput or PointsInput =>
            new ElementsShape(dense.Input, config.Inputs[dense.Input].Tokens, dense.Channels, AreEmbeddings: false),
        DenseInputOutput dense => new DenseShape(DenseContent.Field, config.Inputs[dense.Input].Grid, dense.Channels)
        {
            Scale = config.Architecture == PerceiverArchitecture.OpticalFlow ? OpticalFlowPreparation.PixelsPerUnit : 1,
        },
        EntityOutput entities => new ElementsShape(entities.Input, config.Inputs[entities.Input].Tokens, entities.Channels, AreEmbeddings: true),
        TextOutput text => new TextShape(text.Input, text.Length, text.Vocabulary),
        ImageOutput image when inputs.Values.OfType<FramePreparation>().FirstOrDefault() is { } trained =>
            new DenseShape(DenseContent.Pictures, image.Grid, image.HeadChannels) { Ranges = [.. trained.Levels.Chunk(256).Select(c => (c[0], c[^1]))] },
        ImageOutput image => new DenseShape(DenseContent.Pictures, image.Grid, image.HeadChannels),
        AudioOutput sound => new DenseShape(DenseContent.Sound, sound.Grid, sound.HeadChannels),
        _ => null,
    };

    private static ValuesShape Values(ValuesOutput values) => new([values.Queries, values.Values])
    {
        Names = values.Names,
        Units = values.Units,
        Means = values.Mean is { } mean ? [.. mean.Select(m => (float)m)] : null,
        Deviations = values.Deviation is { } deviation ? [.. deviation.Select(d => (float)d)] : null,
    };
}

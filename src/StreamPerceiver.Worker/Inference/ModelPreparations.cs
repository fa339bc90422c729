using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Video;
using StreamPerceiver.Model;

namespace StreamPerceiver.Worker.Inference;

/// <summary>Reads from a model's directory how its inputs were prepared in training, for the stream to do the same.</summary>
internal static class ModelPreparations
{
    /// <summary>Reads the preparations of a model, by input.</summary>
    /// <param name="directory">The model's directory.</param>
    /// <param name="config">Its configuration.</param>
    /// <exception cref="StreamPerceiverException">An official image classifier has no preprocessor_config.json, or the file is wrong.</exception>
    public static IReadOnlyDictionary<string, InputPreparation> Read(string directory, PerceiverConfig config)
    {
        Dictionary<string, InputPreparation> preparations = new(StringComparer.Ordinal);
        FramePreparation? frames = Frames(directory, config);
        foreach ((string name, InputConfig input) in config.Inputs)
        {
            if (input is ImageInput && frames is not null) preparations.Add(name, frames);
            if (input is SeriesInput { Mean: { } mean, Deviation: { } deviation })
                preparations.Add(name, new ChannelScales("config.json", [.. mean.Select(m => (float)m)], [.. deviation.Select(d => (float)d)]));
        }

        return preparations;
    }

    private static FramePreparation? Frames(string directory, PerceiverConfig config)
    {
        switch (config.Architecture)
        {
            case PerceiverArchitecture.OpticalFlow:
                return new FramePreparation("optical flow", OpticalFlowPreparation.Levels) { Neighbourhood = OpticalFlowPreparation.Neighbours };
            case PerceiverArchitecture.MultimodalAutoencoding:
                var kinetics = new KineticsPreparation(config);
                return new FramePreparation("Kinetics", KineticsPreparation.Levels) { Fit = kinetics.Fit };
        }

        string file = Path.Combine(directory, ImageClassificationPreparation.FileName);
        if (File.Exists(file))
        {
            ImageClassificationPreparation images = ImageClassificationPreparation.Read(file);
            return new FramePreparation(ImageClassificationPreparation.FileName, images.Levels()) { Fit = images.Fit };
        }

        return config.IsImageClassifier
            ? throw new StreamPerceiverException($"{file} is missing, expected how the pictures of this {config.Architecture} were prepared in training")
            : null;
    }
}

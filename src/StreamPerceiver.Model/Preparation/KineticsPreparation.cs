using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>The multimodal autoencoder's reconstruction of one clip.</summary>
/// <param name="Image">(T, H, W, 3), channel last: colours, trained on 0 to 1 and not clipped.</param>
/// <param name="Audio">Samples, trained on -1 to 1 and not clipped.</param>
/// <param name="Logits">One logit for each label; <see cref="LabelScore.Top"/> turns logits into scores.</param>
public sealed record KineticsReconstruction(float[] Image, float[] Audio, float[] Logits);

/// <summary>
/// Prepares video and sound for the multimodal autoencoder trained on Kinetics-700 (Perceiver IO, arXiv:2107.14795, section 4.3). It divides
/// the outputs into chunks, and joins the chunks. It handles one clip at a time (B = 1).
/// </summary>
public sealed class KineticsPreparation
{
    /// <summary>Frames a second of the video that the official model was trained on.</summary>
    public const int FramesPerSecond = 25;

    /// <summary>Samples a second of the audio that the official model was trained on.</summary>
    public const int SampleRate = 48_000;

    /// <summary>The number that each byte of each colour becomes, (3, 256): 0 to 1, the same for the three colours.</summary>
    public static IReadOnlyList<float> Levels => Scaled;

    private static readonly float[] Scaled = [.. Enumerable.Range(0, RgbImages.Colours * 256).Select(i => i % 256 / 255f)];

    private readonly ImageInput _image;
    private readonly AudioInput _audio;
    private readonly ImageOutput _imageOutput;
    private readonly AudioOutput _audioOutput;
    private readonly ClassificationOutput _label;

    /// <summary>Takes all sizes from a model's configuration.</summary>
    /// <exception cref="ConfigException">The configuration is not that of a multimodal autoencoder, or its sizes clash.</exception>
    public KineticsPreparation(PerceiverConfig config)
    {
        if (config.Architecture != PerceiverArchitecture.MultimodalAutoencoding)
            throw new ConfigException("configuration", [$"architecture is {config.Architecture}, expected {PerceiverArchitecture.MultimodalAutoencoding}"]);
        config.Validate();
        _image = (ImageInput)config.Inputs["image"];
        _audio = (AudioInput)config.Inputs["audio"];
        _imageOutput = (ImageOutput)config.Outputs["image"];
        _audioOutput = (AudioOutput)config.Outputs["audio"];
        _label = (ClassificationOutput)config.Outputs["label"];
    }

    /// <summary>Crops every frame to the square at its centre, and resizes the square as in OpenCV (bilinear).</summary>
    /// <param name="frames">8-bit RGB (T, H, W, 3), with the model's number of frames T.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <returns>(T, 3, h, w), channel first, with the model's h and w: 0 to 1.</returns>
    /// <exception cref="ModelInputException">The bytes are not such frames.</exception>
    public float[] Video(ReadOnlySpan<byte> frames, int height, int width)
    {
        int count = _image.Frames!.Value;
        RgbImages.Require("video", frames, count, height, width);
        int frame = height * width * RgbImages.Colours;
        int prepared = _image.Height * _image.Width * RgbImages.Colours;
        float[] video = new float[count * prepared];
        for (int t = 0; t < count; t++)
        {
            RgbImages.ToChannelFirst(Fit(frames.Slice(t * frame, frame), height, width), Scaled, video.AsSpan(t * prepared, prepared));
        }

        return video;
    }

    /// <summary>Cuts the middle square out of one frame and resizes it as OpenCV does (bilinear).</summary>
    /// <param name="frame">8-bit RGB (H, W, 3).</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <returns>(h, w, 3) with the model's h and w, still of 8 bits.</returns>
    /// <exception cref="ModelInputException">The bytes are not such a frame.</exception>
    public byte[] Fit(ReadOnlySpan<byte> frame, int height, int width)
    {
        RgbImages.Require("frame", frame, 1, height, width);
        int side = Math.Min(height, width);
        byte[] square = RgbImages.Crop(frame, width, (height / 2) - (side / 2), (width / 2) - (side / 2), side, side);
        return BilinearResize.Resize(square, side, side, _image.Height, _image.Width);
    }

    /// <summary>Audio from 16-bit samples.</summary>
    /// <param name="samples">Mono, with the model's number of samples.</param>
    /// <returns>The samples, from -1 to 1.</returns>
    /// <exception cref="ModelInputException">The number of samples is not the model's.</exception>
    public float[] Audio(ReadOnlySpan<short> samples)
    {
        RequireSamples(samples.Length);
        float[] audio = new float[samples.Length];
        for (int i = 0; i < audio.Length; i++)
            audio[i] = samples[i] / 32768f;
        return audio;
    }

    /// <summary>Checks that samples are from -1 to 1, and copies them.</summary>
    /// <param name="samples">Mono, with the model's number of samples.</param>
    /// <returns>The same samples.</returns>
    /// <exception cref="ModelInputException">The number of samples is not the model's, or a sample is out of range.</exception>
    public float[] Audio(ReadOnlySpan<float> samples)
    {
        RequireSamples(samples.Length);
        for (int i = 0; i < samples.Length; i++)
        {
            if (!(Math.Abs(samples[i]) <= 1))
                throw new ModelInputException($"audio sample {i} is {samples[i]}: must be -1 to 1");
        }

        return samples.ToArray();
    }

    /// <summary>Lists the flat indices of one chunk's image points and audio patches.</summary>
    /// <param name="chunk">The chunk's number, from 0.</param>
    /// <param name="chunks">Number of chunks (officially 128); it must divide both outputs.</param>
    /// <returns>Indices by output name, as <see cref="PerceiverModel.Run"/> takes them.</returns>
    /// <exception cref="ModelInputException">The chunk does not exist, or its number does not divide both outputs.</exception>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Chunk(int chunk, int chunks)
    {
        RequireDivisor(chunks);
        if (chunk < 0 || chunk >= chunks)
            throw new ModelInputException($"chunk {chunk}: must be 0 to {chunks - 1}");
        return new Dictionary<string, IReadOnlyList<int>>(StringComparer.Ordinal)
        {
            ["image"] = Part(_imageOutput.Points),
            ["audio"] = Part(_audioOutput.Points),
        };

        int[] Part(int points) => [.. Enumerable.Range(chunk * (points / chunks), points / chunks)];
    }

    /// <summary>Joins the outputs of all chunks. The label logits of all chunks are equal but for rounding, and those of the first are kept.</summary>
    /// <param name="chunks">Outputs of <see cref="PerceiverModel.Run"/> for each chunk of one clip, in order.</param>
    /// <exception cref="ModelInputException">The number of chunks does not divide both outputs, or a chunk has other sizes.</exception>
    public KineticsReconstruction Join(IReadOnlyList<IReadOnlyDictionary<string, float[]>> chunks)
    {
        RequireDivisor(chunks.Count);
        return new KineticsReconstruction(
            Join(chunks, "image", _imageOutput.Points / chunks.Count * _imageOutput.HeadChannels),
            Join(chunks, "audio", _audioOutput.Points / chunks.Count * _audioOutput.HeadChannels),
            Part(chunks[0], 0, "label", _label.HeadChannels));
    }

    private static float[] Join(IReadOnlyList<IReadOnlyDictionary<string, float[]>> chunks, string name, int length) =>
        [.. chunks.SelectMany((chunk, k) => Part(chunk, k, name, length))];

    private static float[] Part(IReadOnlyDictionary<string, float[]> chunk, int k, string name, int length)
    {
        if (!chunk.TryGetValue(name, out float[]? part))
            throw new ModelInputException($"chunk {k} lacks output '{name}'; it has {string.Join(", ", chunk.Keys.Order(StringComparer.Ordinal))}");
        return part.Length == length ? part : throw new ModelInputException($"chunk {k}: output '{name}' has {part.Length} numbers, expected {length}");
    }

    private void RequireSamples(int count)
    {
        if (count != _audio.Samples)
            throw new ModelInputException($"audio has {count} samples, expected {_audio.Samples}");
    }

    private void RequireDivisor(int chunks)
    {
        if (chunks < 1 || _imageOutput.Points % chunks != 0 || _audioOutput.Points % chunks != 0)
        {
            throw new ModelInputException(
                $"{chunks} chunks: must be a divisor of {_imageOutput.Points} image points and of {_audioOutput.Points} audio patches");
        }
    }
}

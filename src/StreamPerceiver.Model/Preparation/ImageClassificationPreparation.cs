namespace StreamPerceiver.Model;

/// <summary>
/// Prepares images for the image classifiers, with the settings of Hugging Face's preprocessor_config.json: centre crop, bicubic resize (equal to
/// Pillow to the bit), scaling and normalisation. The defaults are those of the official checkpoints.
/// </summary>
public sealed record ImageClassificationPreparation
{
    /// <summary>Name of the file in a model's directory.</summary>
    public const string FileName = "preprocessor_config.json";

    /// <summary>Whether the middle of the image is cut out (default: true).</summary>
    public bool DoCenterCrop { get; init; } = true;

    /// <summary>The crop's side is Size / CropSize of the image's shorter side (default: 256). CropSize is at least <see cref="Size"/>.</summary>
    public int CropSize { get; init; } = 256;

    /// <summary>Whether the image is resized (default: true).</summary>
    public bool DoResize { get; init; } = true;

    /// <summary>Height and width after resizing, in pixels (default: 224).</summary>
    public int Size { get; init; } = 224;

    /// <summary>Whether pixels are multiplied by <see cref="RescaleFactor"/> (default: true).</summary>
    public bool DoRescale { get; init; } = true;

    /// <summary>Factor by which pixels are multiplied (default: 1/255).</summary>
    public double RescaleFactor { get; init; } = 1 / 255.0;

    /// <summary>Whether the mean is subtracted and the result divided by the standard deviation (default: true).</summary>
    public bool DoNormalize { get; init; } = true;

    /// <summary>Means of red, green and blue, after scaling (default: ImageNet's).</summary>
    public IReadOnlyList<double> ImageMean { get; init; } = [0.485, 0.456, 0.406];

    /// <summary>Standard deviations of red, green and blue, after scaling (default: ImageNet's).</summary>
    public IReadOnlyList<double> ImageStd { get; init; } = [0.229, 0.224, 0.225];

    /// <summary>Reads and checks a preprocessor_config.json. Unknown keys are ignored, as in Hugging Face's code.</summary>
    /// <exception cref="ConfigException">Lists all problems, each with its key, value and allowed values.</exception>
    public static ImageClassificationPreparation Read(string file) => PreprocessorConfigFile.Read(file);

    /// <summary>Writes a preprocessor_config.json that reads back as these settings.</summary>
    /// <exception cref="ConfigException">A value is out of its range.</exception>
    public void Write(string file) => PreprocessorConfigFile.Write(file, this);

    /// <summary>Computes the height and width of the image that <see cref="Prepare"/> would make of an image of this size.</summary>
    /// <exception cref="ConfigException">A value is out of its range.</exception>
    /// <exception cref="ModelInputException">The crop would be empty.</exception>
    public (int Height, int Width) SizeAfter(int height, int width)
    {
        Validate();
        (int cropHeight, int cropWidth) = Crop(height, width);
        return DoResize ? (Size, Size) : (cropHeight, cropWidth);
    }

    /// <summary>Crops, resizes, scales and normalises one image.</summary>
    /// <param name="rgb">(H, W, 3): rows, columns, colours, 8 bits each.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <returns>(3, h, w), channel first; h and w are <see cref="Size"/>, or the crop's size without resizing.</returns>
    /// <exception cref="ConfigException">A value is out of its range.</exception>
    /// <exception cref="ModelInputException">The bytes are not such an image, or the crop would be empty.</exception>
    public float[] Prepare(ReadOnlySpan<byte> rgb, int height, int width)
    {
        Validate();
        byte[] pixels = Fit(rgb, height, width);
        float[] planes = new float[pixels.Length];
        RgbImages.ToChannelFirst(pixels, Levels(), planes);
        return planes;
    }

    /// <summary>Checks the values against their ranges.</summary>
    /// <exception cref="ConfigException">Lists every value that is out of its range.</exception>
    public void Validate()
    {
        string[] problems = [.. PreprocessorConfigFile.Ranges(this)];
        if (problems.Length > 0)
            throw new ConfigException("image preparation", problems);
    }

    /// <summary>Crops and resizes one image, which stays of 8 bits.</summary>
    /// <param name="rgb">(H, W, 3): rows, columns, colours, 8 bits each.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <returns>(h, w, 3), with h and w as <see cref="SizeAfter"/> has them.</returns>
    /// <exception cref="ModelInputException">The bytes are not such an image, or nothing would be left of it.</exception>
    public byte[] Fit(ReadOnlySpan<byte> rgb, int height, int width)
    {
        RgbImages.Require("image", rgb, 1, height, width);
        (int cropHeight, int cropWidth) = Crop(height, width);
        byte[] cropped = RgbImages.Crop(rgb, width, (height - cropHeight) / 2, (width - cropWidth) / 2, cropHeight, cropWidth);
        return DoResize ? BicubicResize.Resize(cropped, cropHeight, cropWidth, Size, Size) : cropped;
    }

    private (int Height, int Width) Crop(int height, int width)
    {
        if (!DoCenterCrop)
            return (height, width);
        int side = (int)((double)Size / CropSize * Math.Min(height, width));
        return side > 0
            ? (side, side)
            : throw new ModelInputException($"image is {height} x {width}: {Size}/{CropSize} of its shorter side must be at least 1 pixel");
    }

    /// <summary>Computes the number that each byte of each colour becomes: (3, 256).</summary>
    public float[] Levels()
    {
        float[] table = new float[RgbImages.Colours * 256];
        for (int i = 0; i < table.Length; i++)
        {
            int colour = i / 256;
            float value = DoRescale ? (float)(i % 256 * RescaleFactor) : i % 256;
            table[i] = DoNormalize ? (value - (float)ImageMean[colour]) / (float)ImageStd[colour] : value;
        }

        return table;
    }
}

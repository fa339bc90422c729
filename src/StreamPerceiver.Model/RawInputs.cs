using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// Turns inputs as Hugging Face shapes them into content tokens. Channels of a patch run dy, dx, colour, the last fastest;
/// tokens run time, y, x. Nothing is scaled: pixels and samples keep their values.
/// </summary>
public static class RawInputs
{
    /// <summary>Tokens of images, with the grid that they came from.</summary>
    /// <param name="image">(B, C, H, W), of any height and width that the patch size divides.</param>
    /// <param name="config">Colour channels and patch size.</param>
    /// <returns>Content (B, H/s * W/s, s * s * C).</returns>
    /// <exception cref="ModelInputException">A wrong shape.</exception>
    public static ModelInput Image(Tensor image, ImageInput config)
    {
        long[] shape = image.shape;
        Require(shape.Length == 4 && shape[1] == config.Channels, shape, $"[B, {config.Channels}, H, W]");
        (long h, long w) = Patches(shape, config);
        Tensor content = Patch(image, config);                              // (B, h w, s s C)
        return new ModelInput(content, Grid: [(int)h, (int)w]);
    }

    /// <summary>Tokens of videos; every frame is cut on its own.</summary>
    /// <param name="video">(B, T, C, H, W).</param>
    /// <param name="config">Colour channels and patch size.</param>
    /// <returns>Content (B, T * H/s * W/s, s * s * C).</returns>
    /// <exception cref="ModelInputException">A wrong shape.</exception>
    public static ModelInput Video(Tensor video, ImageInput config)
    {
        long[] shape = video.shape;
        Require(shape.Length == 5 && shape[2] == config.Channels, shape, $"[B, T, {config.Channels}, H, W]");
        (long h, long w) = Patches(shape, config);
        using Tensor frames = video.reshape(shape[0] * shape[1], shape[2], shape[3], shape[4]); // (B T, C, H, W)
        using Tensor patches = Patch(frames, config);                       // (B T, h w, s s C)
        Tensor content = patches.reshape(shape[0], shape[1] * h * w, config.ContentChannels); // (B, T h w, s s C)
        return new ModelInput(content, Grid: [(int)shape[1], (int)h, (int)w]);
    }

    /// <summary>Tokens of audio.</summary>
    /// <param name="audio">(B, S, 1) or (B, S).</param>
    /// <param name="config">Samples of a patch, which must divide S.</param>
    /// <returns>Content (B, S/p, p).</returns>
    /// <exception cref="ModelInputException">A wrong shape.</exception>
    public static ModelInput Audio(Tensor audio, AudioInput config)
    {
        long[] shape = audio.shape;
        Require(shape.Length == 2 || (shape.Length == 3 && shape[2] == 1), shape, "[B, S, 1] or [B, S]");
        Require(shape[1] % config.SamplesPerPatch == 0, shape, $"S a multiple of {config.SamplesPerPatch} samples");
        long patches = shape[1] / config.SamplesPerPatch;
        return new ModelInput(audio.reshape(shape[0], patches, config.SamplesPerPatch), Grid: [(int)patches]); // (B, S/p, p)
    }

    /// <summary>The one token of a one-hot row.</summary>
    /// <param name="row">(B, classes).</param>
    /// <returns>Content (B, 1, classes).</returns>
    public static ModelInput OneHot(Tensor row) => new(row.unsqueeze(1));   // (B, 1, classes)

    // Space to depth: (B, C, H, W) to (B, h w, s s C).
    private static Tensor Patch(Tensor image, ImageInput config)
    {
        long s = config.PatchSize;
        long[] n = image.shape;
        using Tensor split = image.reshape(n[0], n[1], n[2] / s, s, n[3] / s, s); // (B, C, h, dy, w, dx)
        using Tensor ordered = split.permute(0, 2, 4, 3, 5, 1);             // (B, h, w, dy, dx, C)
        return ordered.reshape(n[0], n[2] / s * (n[3] / s), s * s * n[1]);  // (B, h w, s s C)
    }

    private static (long Rows, long Columns) Patches(long[] shape, ImageInput config)
    {
        Require(shape[^2] % config.PatchSize == 0 && shape[^1] % config.PatchSize == 0, shape, $"H and W multiples of the patch size {config.PatchSize}");
        return (shape[^2] / config.PatchSize, shape[^1] / config.PatchSize);
    }

    private static void Require(bool fits, long[] shape, string expected)
    {
        if (!fits)
            throw new ModelInputException($"raw input is {ShapeText.Of(shape)}, expected {expected}");
    }
}

using StreamPerceiver.Formats;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// Turns inputs in Hugging Face's shapes into content tokens. The channels of a patch are ordered by dy, dx and colour, the last fastest;
/// the tokens by time, y and x. Pixels and samples keep their values.
/// </summary>
public static class RawInputs
{
    /// <summary>Cuts images into patches, and keeps the grid of the patches.</summary>
    /// <param name="image">(B, C, H, W), of any height and width that the patch size divides.</param>
    /// <param name="config">Colour channels, stride and patch size.</param>
    /// <returns>Content (B, H/s * W/s, s * s * C).</returns>
    /// <exception cref="ModelInputException">A wrong shape.</exception>
    public static ModelInput Image(Tensor image, ImageInput config)
    {
        long[] shape = image.shape;
        Require(shape.Length == 4 && shape[1] == config.Channels, shape, $"[B, {config.Channels}, H, W]");
        using Tensor video = image.unsqueeze(1);                            // (B, 1, C, H, W)
        ModelInput frames = Patches(video, config, frames: 1);
        return frames with { Grid = [.. frames.Grid!.Skip(1)] };
    }

    /// <summary>Cuts videos into patches. There is no time axis where one patch spans all of several frames.</summary>
    /// <param name="video">(B, T, C, H, W).</param>
    /// <param name="config">Colour channels, stride, patch size and frames of a patch.</param>
    /// <returns>Content (B, T/t * H/s * W/s, t * s * s * C).</returns>
    /// <exception cref="ModelInputException">A wrong shape.</exception>
    public static ModelInput Video(Tensor video, ImageInput config)
    {
        long[] shape = video.shape;
        Require(shape.Length == 5 && shape[2] == config.Channels, shape, $"[B, T, {config.Channels}, H, W]");
        Require(shape[1] % config.FramesPerPatch == 0, shape, $"T a multiple of {config.FramesPerPatch} frames");
        ModelInput frames = Patches(video, config, config.FramesPerPatch);
        return config.HasTime ? frames : frames with { Grid = [.. frames.Grid!.Skip(1)] };
    }

    /// <summary>Makes one token of each id of a text.</summary>
    /// <param name="ids">Token ids (B, L), integers.</param>
    /// <returns>Content (B, L, 1).</returns>
    /// <exception cref="ModelInputException">A wrong shape.</exception>
    public static ModelInput Text(Tensor ids)
    {
        long[] shape = ids.shape;
        Require(shape.Length == 2, shape, "[B, L]");
        return new ModelInput(ids.unsqueeze(-1).to(ScalarType.Float32), Grid: [(int)shape[1]]); // (B, L, 1)
    }

    /// <summary>Cuts audio into patches of consecutive samples.</summary>
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

    /// <summary>Makes one token of each step of a series, entity of a set or point of a cloud.</summary>
    /// <param name="rows">(B, M, Cx).</param>
    /// <returns>Content (B, M, Cx).</returns>
    /// <exception cref="ModelInputException">A wrong shape.</exception>
    public static ModelInput Rows(Tensor rows)
    {
        Require(rows.shape.Length == 3, rows.shape, "[B, M, Cx]");
        return new ModelInput(rows, Grid: [(int)rows.size(1)]);            // (B, M, Cx)
    }

    /// <summary>Makes one token of a one-hot row.</summary>
    /// <param name="row">(B, classes).</param>
    /// <returns>Content (B, 1, classes).</returns>
    /// <exception cref="ModelInputException">A wrong shape.</exception>
    public static ModelInput OneHot(Tensor row)
    {
        Require(row.shape.Length == 2, row.shape, "[B, classes]");
        return new ModelInput(row.unsqueeze(1));                            // (B, 1, classes)
    }

    // Moves space to depth: (B, T, C, H, W) becomes (B, t' h w, t s s C), with the grid t' x h x w.
    private static ModelInput Patches(Tensor video, ImageInput config, int frames)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor kept = config.Stride == 1 ? video : video.slice(3, 0, video.size(3), config.Stride).slice(4, 0, video.size(4), config.Stride);
        long s = config.PatchSize;
        long[] n = kept.shape;
        Require(n[3] % s == 0 && n[4] % s == 0, video.shape, $"H and W multiples of the patch size {s}");
        (long t, long h, long w) = (n[1] / frames, n[3] / s, n[4] / s);
        Tensor split = kept.reshape(n[0], t, frames, n[2], h, s, w, s);     // (B, t', dt, C, h, dy, w, dx)
        Tensor ordered = split.permute(0, 1, 4, 6, 2, 5, 7, 3);             // (B, t', h, w, dt, dy, dx, C)
        Tensor content = ordered.reshape(n[0], t * h * w, frames * s * s * n[2]); // (B, t' h w, t s s C)
        return new ModelInput(content.MoveToOuterDisposeScope(), Grid: [(int)t, (int)h, (int)w]);
    }

    private static void Require(bool fits, long[] shape, string expected)
    {
        if (!fits)
            throw new ModelInputException($"raw input is {ShapeText.Of(shape)}, expected {expected}");
    }
}

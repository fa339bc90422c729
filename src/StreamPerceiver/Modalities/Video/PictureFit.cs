using OpenCvSharp;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Video;

/// <summary>Turns decoded pictures as the camera was held, and brings them to the pipeline's size.</summary>
internal sealed class PictureFit(VideoSpec spec, FramePreparation? preparation)
{
    /// <summary>Returns the pixels of the pipeline's size.</summary>
    /// <param name="decoded">The picture, in bytes.</param>
    /// <param name="orientation">How the camera was held, 1 to 8.</param>
    public byte[] Fit(Mat decoded, int orientation)
    {
        if (orientation == 1) return Sized(decoded);
        using var turned = new Mat();
        Turn(decoded, turned, orientation);
        return Sized(turned);
    }

    // Exif 2.3, tag 0112: which sides of the scene the first row and the first column are.
    private static void Turn(Mat from, Mat to, int orientation)
    {
        switch (orientation)
        {
            case 2:
                Cv2.Flip(from, to, FlipMode.Y);
                break;
            case 3:
                Cv2.Flip(from, to, FlipMode.XY);
                break;
            case 4:
                Cv2.Flip(from, to, FlipMode.X);
                break;
            case 5:
                Cv2.Transpose(from, to);
                break;
            case 6:
                Cv2.Rotate(from, to, RotateFlags.Rotate90Clockwise);
                break;
            case 7:
                Cv2.Transpose(from, to);
                Cv2.Flip(to, to, FlipMode.XY);
                break;
            default:
                Cv2.Rotate(from, to, RotateFlags.Rotate90Counterclockwise);
                break;
        }
    }

    private unsafe byte[] Sized(Mat decoded)
    {
        var pixels = new ReadOnlySpan<byte>((void*)decoded.Data, decoded.Height * decoded.Width * spec.Channels); // a Mat that owns its pixels is continuous
        if (preparation?.Fit is not null) return Prepared(pixels, decoded.Width, decoded.Height);
        return (decoded.Width, decoded.Height) == (spec.Width, spec.Height) ? pixels.ToArray() : Resized(decoded);
    }

    private byte[] Prepared(ReadOnlySpan<byte> decoded, int width, int height)
    {
        try
        {
            byte[] fitted = preparation!.Fit!(decoded, height, width);
            int expected = spec.Height * spec.Width * spec.Channels;
            return fitted.Length == expected ? fitted : throw Misfit($"it has {fitted.Length} bytes, expected {expected}");
        }
        catch (StreamPerceiverException e)
        {
            throw Misfit(e.Message);
        }

        BadPayloadException Misfit(string problem)
            => new(
                RejectionReason.WrongShape,
                $"a picture of {width} x {height}, prepared by {preparation!.Name}: {problem} ({spec.Width} x {spec.Height} pixels)");
    }

    // Area averaging when shrinking: every source pixel counts, so nothing aliases.
    private byte[] Resized(Mat from)
    {
        var pixels = new byte[spec.Height * spec.Width * spec.Channels];
        using var to = Mat.FromPixelData(spec.Height, spec.Width, MatType.CV_8UC(spec.Channels), pixels);
        Cv2.Resize(from, to, new Size(spec.Width, spec.Height), interpolation: InterpolationFlags.Area);
        return pixels;
    }
}

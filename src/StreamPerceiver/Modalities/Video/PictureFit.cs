using System.Runtime.InteropServices;
using OpenCvSharp;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Video;

/// <summary>Turns decoded pictures as the camera was held, and brings them to the pipeline's size.</summary>
internal sealed class PictureFit(VideoSpec spec, FramePreparation? preparation)
{
    /// <summary>Returns the pixels of the pipeline's size.</summary>
    /// <param name="decoded">Rows of pixels of the input's channels; there may be more behind them.</param>
    /// <param name="header">Its size and orientation.</param>
    public byte[] Fit(byte[] decoded, PictureHeader header)
    {
        int bytes = header.Width * header.Height * spec.Channels;
        if (header.Orientation == 1 && preparation?.Fit is not null) return Prepared(decoded.AsSpan(0, bytes), header.Width, header.Height);
        if (header.Orientation == 1 && Fits(header.Width, header.Height)) return decoded[..bytes];
        using var from = Mat.FromPixelData(header.Height, header.Width, MatType.CV_8UC(spec.Channels), decoded);
        return Fit(from, header.Orientation);
    }

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

    private byte[] Sized(Mat decoded)
    {
        if (preparation?.Fit is null && !Fits(decoded.Width, decoded.Height)) return Resized(decoded);
        var pixels = new byte[decoded.Height * decoded.Width * spec.Channels];
        Marshal.Copy(decoded.Data, pixels, 0, pixels.Length); // a decoded or turned Mat is continuous
        return preparation?.Fit is null ? pixels : Prepared(pixels, decoded.Width, decoded.Height);
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

    private bool Fits(int width, int height) => width == spec.Width && height == spec.Height;

    // Area averaging when shrinking: every source pixel counts, so nothing aliases.
    private byte[] Resized(Mat from)
    {
        var pixels = new byte[spec.Height * spec.Width * spec.Channels];
        using var to = Mat.FromPixelData(spec.Height, spec.Width, MatType.CV_8UC(spec.Channels), pixels);
        Cv2.Resize(from, to, new Size(spec.Width, spec.Height), interpolation: InterpolationFlags.Area);
        return pixels;
    }
}

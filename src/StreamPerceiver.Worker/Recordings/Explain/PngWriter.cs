using SkiaSharp;
using StreamPerceiver.Recordings.Explain.Picture;

namespace StreamPerceiver.Worker.Recordings.Explain;

/// <summary>Draws a drawing as PNG, with two pixels for each of its own.</summary>
internal static class PngWriter
{
    private const string FontFolder = "/usr/share/fonts";
    private const int Scale = 2;

    /// <summary>Draws the shapes of a drawing as a PNG picture.</summary>
    /// <exception cref="StreamPerceiverException">The font is not installed.</exception>
    public static byte[] Write(Drawing drawing)
    {
        using SKTypeface plain = Font("DejaVuSans.ttf"), bold = Font("DejaVuSans-Bold.ttf");
        var size = new SKImageInfo((int)Math.Ceiling(drawing.Width * Scale), (int)Math.Ceiling(drawing.Height * Scale));
        using SKSurface surface = SKSurface.Create(size);
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(Scale);
        foreach (Shape shape in drawing.Shapes) Draw(surface.Canvas, shape, plain, bold);
        using SKImage image = surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        return png.ToArray();
    }

    /// <summary>Finds the file of an installed font; null: it is not installed.</summary>
    public static string? FindFont(string name)
        => Directory.Exists(FontFolder) ? Directory.EnumerateFiles(FontFolder, name, SearchOption.AllDirectories).FirstOrDefault() : null;

    private static void Draw(SKCanvas canvas, Shape shape, SKTypeface plain, SKTypeface bold)
    {
        switch (shape)
        {
            case Polygon polygon:
                Draw(canvas, polygon);
                break;
            case Line line:
                using (SKPathEffect? dash = line.IsDashed ? SKPathEffect.CreateDash([5, 4], 0) : null)
                using (SKPaint paint = Edge(line.Colour, (float)line.Width))
                using (SKPath path = PathOf(line.Points, isClosed: false))
                {
                    paint.PathEffect = dash;
                    canvas.DrawPath(path, paint);
                }

                break;
            case Raster raster:
                using (SKBitmap pixels = PixelsOf(raster))
                using (SKImage image = SKImage.FromBitmap(pixels))
                {
                    var place = SKRect.Create((float)raster.X, (float)raster.Y, (float)raster.Width, (float)raster.Height);
                    canvas.DrawImage(image, place, new SKSamplingOptions(SKFilterMode.Nearest));
                }

                break;
            case Label label:
                using (SKPaint paint = Filled(label.Colour))
                using (var font = new SKFont(label.IsBold ? bold : plain, (float)label.Size))
                    canvas.DrawText(label.Content, (float)label.X, (float)label.Y, AlignmentOf(label.Anchor), font, paint);
                break;
        }
    }

    private static void Draw(SKCanvas canvas, Polygon polygon)
    {
        using SKPath path = PathOf(polygon.Points, isClosed: true);
        if (polygon.Fill is { } fill)
        {
            using SKPaint paint = Filled(fill);
            canvas.DrawPath(path, paint);
        }

        if (polygon.Edge is not { } edge) return;
        using SKPaint pen = Edge(edge, 1);
        if (polygon.IsHatched)
        {
            canvas.Save();
            canvas.ClipPath(path);
            SKRect box = path.Bounds;
            for (float x = box.Left; x < box.Right + box.Height; x += (float)SvgWriter.HatchDistance)
                canvas.DrawLine(x, box.Top, x - box.Height, box.Bottom, pen);
            canvas.Restore();
        }

        canvas.DrawPath(path, pen);
    }

    private static SKPath PathOf(IReadOnlyList<(double X, double Y)> points, bool isClosed)
    {
        using var builder = new SKPathBuilder();
        builder.AddPoly([.. points.Select(p => new SKPoint((float)p.X, (float)p.Y))], isClosed);
        return builder.Detach();
    }

    private static SKBitmap PixelsOf(Raster raster)
    {
        var bitmap = new SKBitmap(new SKImageInfo(raster.Columns, raster.Rows, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> pixels = bitmap.GetPixelSpan();
        for (int i = 0; i < raster.Columns * raster.Rows; i++)
        {
            raster.Rgb.AsSpan(3 * i, 3).CopyTo(pixels[(4 * i)..]);
            pixels[4 * i + 3] = byte.MaxValue;
        }

        return bitmap;
    }

    private static SKPaint Filled(string colour) => new() { Color = SKColor.Parse(colour), IsAntialias = true };

    private static SKPaint Edge(string colour, float width)
        => new() { Color = SKColor.Parse(colour), IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = width };

    private static SKTextAlign AlignmentOf(Anchor anchor) => anchor switch
    {
        Anchor.Start => SKTextAlign.Left,
        Anchor.Middle => SKTextAlign.Center,
        _ => SKTextAlign.Right,
    };

    // The library is built without the system's font configuration, so that the worker needs none.
    private static SKTypeface Font(string name)
        => FindFont(name) is { } file
            ? SKTypeface.FromFile(file)
            : throw new StreamPerceiverException($"{FontFolder} has no {name}, expected it of the package fonts-dejavu-core; a picture as .svg needs none");
}

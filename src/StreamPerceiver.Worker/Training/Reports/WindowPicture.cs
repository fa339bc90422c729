using System.Globalization;
using System.Net;
using System.Text;
using SkiaSharp;
using StreamPerceiver.Formats;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Category;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Video;
using StreamPerceiver.Model;
using StreamPerceiver.Training;

namespace StreamPerceiver.Worker.Training.Reports;

/// <summary>Shows what a model sees of a window, as HTML: frames, curves of sound and series, text.</summary>
/// <param name="reader">Reads the windows.</param>
/// <param name="config">The model's sizes.</param>
/// <param name="inputs">The pipeline's inputs.</param>
/// <param name="preparations">How inputs are prepared for the model, by name.</param>
internal sealed class WindowPicture(
    BatchReader reader, PerceiverConfig config, IReadOnlyList<InputSpec> inputs, IReadOnlyDictionary<string, InputPreparation> preparations)
{
    private const int MostFrames = 8, Columns = 260, CurveHeight = 64;

    private static readonly string[] Colours = ["#2563eb", "#ea580c", "#16a34a", "#9333ea", "#0891b2", "#be123c", "#854d0e", "#475569"];

    /// <summary>Shows each input of a window.</summary>
    /// <param name="row">The row of the window in its store.</param>
    public string Show(int row)
    {
        var html = new StringBuilder();
        reader.Store.Read(row, (input, content, mask) =>
        {
            string name = reader.Store.Inputs[input].Name;
            html.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{WebUtility.HtmlEncode(name)}</figcaption>");
            html.Append(mask.Contains((byte)1) ? Show(name, content, mask) : "<p class=\"missing\">missing</p>").AppendLine("</figure>");
        });
        return html.ToString();
    }

    private string Show(string name, ReadOnlySpan<float> content, ReadOnlySpan<byte> mask) => config.Inputs[name] switch
    {
        ImageInput { FramesPerPatch: 1, Channels: 1 or 3 } image => Frames(image, preparations.GetValueOrDefault(name) as FramePreparation, content, mask),
        AudioInput => Sound(content, mask),
        SeriesInput series => Series(series, inputs.OfType<SensorSpec>().FirstOrDefault(s => s.Name == name)?.Channels, content, mask),
        TextInput { Vocabulary: ByteTokenizer.VocabularySize } => Text(content, mask),
        OneHotInput when inputs.OfType<CategorySpec>().FirstOrDefault(s => s.Name == name) is { } category =>
            $"<p>{WebUtility.HtmlEncode(category.Words[content.IndexOf(1f)])}</p>",
        _ => $"<p>{mask.Count((byte)1)} of {mask.Length} tokens</p>",
    };

    // Frames side by side, the first to the left. What is masked is grey.
    private static string Frames(ImageInput image, FramePreparation? preparation, ReadOnlySpan<float> content, ReadOnlySpan<byte> mask)
    {
        int frames = image.ContentGrid.Count == 3 ? image.ContentGrid[0] : 1, shown = Math.Min(frames, MostFrames), patch = image.PatchSize;
        int rows = image.ContentGrid[^2], columns = image.ContentGrid[^1], width = columns * patch, height = rows * patch;
        using var bitmap = new SKBitmap((shown * (width + 1)) - 1, height);
        bitmap.Erase(SKColors.White);
        for (int f = 0; f < shown; f++)
        {
            int frame = f * frames / shown;
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    int token = (((frame * rows) + (y / patch)) * columns) + (x / patch);
                    int first = ((token * patch * patch) + (y % patch * patch) + (x % patch)) * image.Channels;
                    SKColor colour = mask[token] == 0 ? SKColors.LightGray : Colour(content.Slice(first, image.Channels), preparation);
                    bitmap.SetPixel((f * (width + 1)) + x, y, colour);
                }
            }
        }

        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        string size = string.Create(CultureInfo.InvariantCulture, $"width=\"{bitmap.Width * Math.Max(1, 96 / height)}\"");
        return $"<img class=\"pixels\" {size} alt=\"frames\" src=\"data:image/png;base64,{Convert.ToBase64String(png.AsSpan())}\"/>";
    }

    private static SKColor Colour(ReadOnlySpan<float> pixel, FramePreparation? preparation)
    {
        Span<byte> bytes = stackalloc byte[3];
        for (int c = 0; c < 3; c++)
        {
            int channel = pixel.Length == 1 ? 0 : c;
            (float black, float white) = preparation is null ? (0, 1) : (preparation.Levels[channel * 256], preparation.Levels[(channel * 256) + 255]);
            bytes[c] = (byte)Math.Clamp(255 * (pixel[channel] - black) / (white - black), 0, 255);
        }

        return new SKColor(bytes[0], bytes[1], bytes[2]);
    }

    // The least and the greatest sample of each column of pixels.
    private static string Sound(ReadOnlySpan<float> samples, ReadOnlySpan<byte> mask)
    {
        int patch = samples.Length / mask.Length, columns = Math.Min(Columns, samples.Length);
        float most = 1e-4f;
        foreach (float sample in samples) most = Math.Max(most, Math.Abs(sample));
        var path = new StringBuilder();
        for (int column = 0; column < columns; column++)
        {
            int first = (int)((long)column * samples.Length / columns), end = (int)((long)(column + 1) * samples.Length / columns);
            if (mask[first / patch] == 0) continue;
            (float low, float high) = (samples[first], samples[first]);
            foreach (float sample in samples[first..end]) (low, high) = (Math.Min(low, sample), Math.Max(high, sample));
            double x = (column + 0.5) * Columns / columns;
            path.Append(CultureInfo.InvariantCulture, $"M{x:F1} {Y(low, -most, most):F1}V{Y(high, -most, most) - 0.5:F1}");
        }

        return Curves($"<path d=\"{path}\" stroke=\"{Colours[0]}\"/>");
    }

    private static string Series(SeriesInput series, IReadOnlyList<string>? names, ReadOnlySpan<float> content, ReadOnlySpan<byte> mask)
    {
        (float low, float high) = (float.PositiveInfinity, float.NegativeInfinity);
        for (int i = 0; i < content.Length; i++)
            if (mask[i / series.Channels] == 1) (low, high) = (Math.Min(low, content[i]), Math.Max(high, content[i]));
        StringBuilder curves = new(), legend = new();
        for (int c = 0; c < Math.Min(series.Channels, Colours.Length); c++)
        {
            var path = new StringBuilder();
            for (int step = 0; step < mask.Length; step++)
            {
                if (mask[step] == 0) continue;
                string pen = step > 0 && mask[step - 1] == 1 ? "L" : "M";
                path.Append(
                    CultureInfo.InvariantCulture, $"{pen}{(step + 0.5) * Columns / mask.Length:F1} {Y(content[(step * series.Channels) + c], low, high):F1}");
            }

            curves.Append(CultureInfo.InvariantCulture, $"<path d=\"{path}\" stroke=\"{Colours[c]}\"/>");
            legend.Append(CultureInfo.InvariantCulture, $" <span style=\"color:{Colours[c]}\">{WebUtility.HtmlEncode(names?[c] ?? $"{c}")}</span>");
        }

        string more = series.Channels > Colours.Length ? $" and {series.Channels - Colours.Length} more" : "";
        return $"{Curves(curves.ToString())}<p>{legend}{more}</p>";
    }

    private static string Text(ReadOnlySpan<float> content, ReadOnlySpan<byte> mask)
    {
        List<int> ids = [];
        for (int i = 0; i < content.Length; i++)
            if (mask[i] == 1) ids.Add((int)content[i]);
        return $"<p>{WebUtility.HtmlEncode(ByteTokenizer.Decode(ids, skipSpecialTokens: true))}</p>";
    }

    private static string Curves(string paths) => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg viewBox=\"0 0 {Columns} {CurveHeight}\" width=\"{Columns}\" height=\"{CurveHeight}\" fill=\"none\" stroke-width=\"1\">{paths}</svg>");

    private static double Y(float value, float low, float high) => 2 + ((CurveHeight - 4) * (high > low ? (high - value) / (double)(high - low) : 0.5));
}

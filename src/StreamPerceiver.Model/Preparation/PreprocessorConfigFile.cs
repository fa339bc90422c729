using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>Reads and writes Hugging Face's preprocessor_config.json of the image classifiers.</summary>
internal static class PreprocessorConfigFile
{
    private const int Bicubic = 3;
    private const int Largest = 1 << 14;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static ImageClassificationPreparation Read(string file)
    {
        if (FileKind.Problem(file, "the JSON of a preparation", FileKind.Json) is string problem)
            throw new ConfigException(file, [problem]);
        using JsonDocument document = ConfigFile.OpenObject(File.ReadAllText(file), file);
        List<string> problems = [];
        ImageClassificationPreparation read = Read(document.RootElement, problems);
        problems.AddRange(Ranges(read));
        return problems.Count == 0 ? read : throw new ConfigException(file, problems);
    }

    public static void Write(string file, ImageClassificationPreparation preparation)
    {
        preparation.Validate();
        JsonObject json = new()
        {
            ["do_center_crop"] = preparation.DoCenterCrop,
            ["crop_size"] = preparation.CropSize,
            ["do_resize"] = preparation.DoResize,
            ["size"] = preparation.Size,
            ["resample"] = Bicubic,
            ["do_rescale"] = preparation.DoRescale,
            ["rescale_factor"] = preparation.RescaleFactor,
            ["do_normalize"] = preparation.DoNormalize,
            ["image_mean"] = CommonFields.List(preparation.ImageMean),
            ["image_std"] = CommonFields.List(preparation.ImageStd),
        };
        File.WriteAllText(file, json.ToJsonString(Indented) + "\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    /// <summary>Lists the values that are out of their ranges, by key.</summary>
    public static IEnumerable<string> Ranges(ImageClassificationPreparation p)
    {
        if (p.Size is < 1 or > Largest)
            yield return $"size is {p.Size}, expected 1 to {Largest}";
        if (p.CropSize < p.Size || p.CropSize > Largest)
            yield return $"crop_size is {p.CropSize}, expected {p.Size} (size) to {Largest}";
        if (!double.IsFinite(p.RescaleFactor) || p.RescaleFactor <= 0)
            yield return $"rescale_factor is {p.RescaleFactor}, expected above 0";
        foreach ((string key, IReadOnlyList<double> numbers) in new[] { ("image_mean", p.ImageMean), ("image_std", p.ImageStd) })
        {
            if (numbers.Count != RgbImages.Colours)
                yield return $"{key} has {numbers.Count} numbers, expected {RgbImages.Colours}, one a colour";
            else if (numbers.Any(n => !double.IsFinite(n)))
                yield return $"{key} is [{string.Join(", ", numbers)}], expected finite numbers";
        }

        if (p.ImageStd.Any(s => s <= 0))
            yield return $"image_std is [{string.Join(", ", p.ImageStd)}], expected numbers above 0";
    }

    private static ImageClassificationPreparation Read(JsonElement json, List<string> problems)
    {
        JsonFields fields = new(json, "", problems);
        ImageClassificationPreparation defaults = new();
        int resample = fields.Int("resample", Bicubic);
        if (resample != Bicubic)
            problems.Add(JsonProblem.Wrong("resample", $"{resample}", $"{Bicubic} (bicubic)"));
        return new ImageClassificationPreparation
        {
            DoCenterCrop = fields.Bool("do_center_crop", defaults.DoCenterCrop),
            CropSize = Side(json, fields, "crop_size", defaults.CropSize, problems),
            DoResize = fields.Bool("do_resize", defaults.DoResize),
            Size = Side(json, fields, "size", defaults.Size, problems),
            DoRescale = fields.Bool("do_rescale", defaults.DoRescale),
            RescaleFactor = Number(json, "rescale_factor", defaults.RescaleFactor, problems),
            DoNormalize = fields.Bool("do_normalize", defaults.DoNormalize),
            ImageMean = Numbers(json, "image_mean", defaults.ImageMean, problems),
            ImageStd = Numbers(json, "image_std", defaults.ImageStd, problems),
        };
    }

    // Reads a side: a whole number, or in newer files an object of height and width.
    private static int Side(JsonElement json, JsonFields fields, string name, int fallback, List<string> problems)
    {
        if (!json.TryGetProperty(name, out JsonElement value) || value.ValueKind != JsonValueKind.Object)
            return fields.Int(name, fallback);
        int before = problems.Count;
        JsonFields sides = fields.Object(name)!;
        int height = sides.RequiredInt("height");
        int width = sides.RequiredInt("width");
        if (problems.Count == before && height != width)
            fields.Problem(name, $"has height {height} and width {width}, expected equal ones");
        return problems.Count == before ? height : fallback;
    }

    private static double Number(JsonElement json, string name, double fallback, List<string> problems)
    {
        if (!json.TryGetProperty(name, out JsonElement value))
            return fallback;
        if (value.ValueKind == JsonValueKind.Number)
            return value.GetDouble();
        problems.Add(JsonProblem.Wrong(name, value.GetRawText(), "a number"));
        return fallback;
    }

    private static IReadOnlyList<double> Numbers(JsonElement json, string name, IReadOnlyList<double> fallback, List<string> problems)
    {
        if (!json.TryGetProperty(name, out JsonElement value))
            return fallback;
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number))
            return [.. value.EnumerateArray().Select(v => v.GetDouble())];
        problems.Add(JsonProblem.Wrong(name, value.GetRawText(), "a list of numbers"));
        return fallback;
    }
}

using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>The inputs of the stored cases of one input. None has the class's default grid, so that neither grid can pass for the other.</summary>
internal static class GoldenInputs
{
    public static Dictionary<string, ModelInput> Of(string name, PerceiverConfig config)
    {
        (string input, InputConfig sizes) = config.Inputs.Single();
        ModelInput content = name switch
        {
            "A" or "B" => Text() with { Mask = Some.Mask(1, 1, 1, 1, 1, 1, 1, 0, 0) },
            "A2" => Text(),
            "C" => RawInputs.Image(Some.Tensor(1, 1, 3, 6, 6), (ImageInput)sizes),
            "D" => RawInputs.Image(Some.Tensor(1, 1, 3, 8, 10), (ImageInput)sizes),
            "E" => RawInputs.Image(Some.Tensor(1, 1, 3, 32, 40), (ImageInput)sizes),
            _ => RawInputs.Video(Some.Tensor(1, 1, 2, 27, 6, 8), (ImageInput)sizes),
        };
        return new() { [input] = content };
    }

    /// <summary>The inputs of the stored multimodal case.</summary>
    public static Dictionary<string, ModelInput> OfMultimodal(PerceiverConfig config) => new()
    {
        ["image"] = RawInputs.Video(Some.Tensor(1, 1, 2, 3, 16, 16), (ImageInput)config.Inputs["image"]),
        ["audio"] = RawInputs.Audio(Some.Tensor(2, 1, 64, 1), (AudioInput)config.Inputs["audio"]),
        ["label"] = RawInputs.OneHot(zeros(1, 5)),
    };

    /// <summary>The points of the stored case's dense outputs.</summary>
    public static Dictionary<string, IReadOnlyList<int>> PointsOf(string name)
        => name == "G" ? new() { ["image"] = [.. Enumerable.Range(128, 8)], ["audio"] = [2, 3] } : [];

    private static ModelInput Text() => RawInputs.Text(tensor(new long[] { 4, 78, 111, 3, 3, 5, 0, 0 }).unsqueeze(0));
}

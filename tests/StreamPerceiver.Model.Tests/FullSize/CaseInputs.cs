using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests.FullSize;

/// <summary>The inputs of the recorded runs, made by the file's own recipe.</summary>
internal static class CaseInputs
{
    private const int ImagePointsOfChunk = 6272;
    private const int AudioPointsOfChunk = 15;

    public static Dictionary<string, ModelInput> Of(PerceiverConfig config, string run) => config.Architecture switch
    {
        PerceiverArchitecture.MaskedLanguageModel => new() { ["text"] = Text(run) },
        PerceiverArchitecture.OpticalFlow => new() { ["frames"] = RawInputs.Video(Uniform(1, 1, 2, 27, 368, 496), (ImageInput)config.Inputs["frames"]) },
        PerceiverArchitecture.MultimodalAutoencoding => new()
        {
            ["image"] = RawInputs.Video(Halved(Uniform(1, 1, 16, 3, 224, 224).add(Scalars.One, Scalars.One)), (ImageInput)config.Inputs["image"]),
            ["audio"] = RawInputs.Audio(Uniform(2, 1, 30720, 1), (AudioInput)config.Inputs["audio"]),
        },
        _ => new()
        {
            ["image"] = RawInputs.Image(run == "main" ? Uniform(1, 1, 3, 224, 224) : Uniform(2, 1, 3, 160, 208), (ImageInput)config.Inputs["image"]),
        },
    };

    /// <summary>The points of a chunk; none where the model has no dense output.</summary>
    public static Dictionary<string, IReadOnlyList<int>> Points(string run)
    {
        if (!run.StartsWith("chunk", StringComparison.Ordinal))
            return [];
        int chunk = int.Parse(run["chunk".Length..]);
        return new()
        {
            ["image"] = [.. Enumerable.Range(chunk * ImagePointsOfChunk, ImagePointsOfChunk)],
            ["audio"] = [.. Enumerable.Range(chunk * AudioPointsOfChunk, AudioPointsOfChunk)],
        };
    }

    // Random bytes between [CLS] and [SEP], ten of them masked, then padding; or a short text without a mask.
    private static ModelInput Text(string run)
    {
        bool main = run == "main";
        long[] ids = [.. Enumerable.Range(0, main ? 2048 : 100).Select(i => RandomByteId((uint)i, main ? 1u : 3u))];
        if (!main)
            return RawInputs.Text(tensor(ids).unsqueeze(0));
        (ids[0], ids[1536]) = (4, 5);
        ids.AsSpan(100, 10).Fill(3);
        ids.AsSpan(1537).Clear();
        long[] mask = [.. Enumerable.Range(0, 2048).Select(i => i < 1537 ? 1L : 0L)];
        return RawInputs.Text(tensor(ids).unsqueeze(0)) with { Mask = tensor(mask).unsqueeze(0) };
    }

    private static long RandomByteId(uint i, uint seed) => 6 + (long)Math.Floor(256 * ((WeightRecipe.Uniform(i, seed) + 1) / 2));

    private static Tensor Halved(Tensor numbers)
    {
        using Scalar two = Scalars.Create(2);
        return numbers.div(two);
    }

    private static Tensor Uniform(uint seed, params long[] shape)
    {
        Tensor made = empty(shape, ScalarType.Float32);
        Span<float> values = MemoryMarshal.Cast<byte, float>(made.bytes);
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)WeightRecipe.Uniform((uint)i, seed);
        return made;
    }
}

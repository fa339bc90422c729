using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Values that are likely to be wrong.</summary>
internal static class Adversary
{
    private static readonly int[] Numbers =
    [
        0, -1, 1, 2, 3, 4, 5, 7, 8, 12, 13, 16, 64, 256, 1000, 1024, 1025, 4096, 1 << 16, (1 << 16) + 1, 1 << 20, (1 << 20) + 1, 1 << 28, (1 << 30) + 1,
        int.MaxValue, int.MinValue,
    ];

    private static readonly float[] Floats =
        [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -float.MaxValue, 1e30f, float.Epsilon, -0f, 0.5f, -1f, 1e9f];

    private static readonly ScalarType[] Types =
    [
        ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64, ScalarType.Float16, ScalarType.Float32, ScalarType.Float64,
        ScalarType.ComplexFloat32,
        ScalarType.ComplexFloat64, ScalarType.Bool, ScalarType.BFloat16,
    ];

    public static T Of<T>(Random random, params IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    public static bool Chance(Random random, double probability) => random.NextDouble() < probability;

    public static int Number(Random random) => Of(random, Numbers);

    public static float Float(Random random) => Of(random, Floats);

    public static ScalarType Type(Random random) => Of(random, Types);

    /// <summary>A small number near another.</summary>
    public static int Near(Random random, int number) => Of(random, number - 1, number + 1, number * 2, number / 2, 0, 1, random.Next(1, 24));

    /// <summary>What a field of a JSON file may hold instead of a number.</summary>
    public static JsonNode? Json(Random random, JsonNode? was) => random.Next(10) switch
    {
        < 5 when was is JsonValue value && value.TryGetValue(out int number) => Near(random, number),
        < 7 => Number(random),
        7 => Of<JsonNode?>(random, null, true, false, "kv", "q", "?", "text", 0.5, 1e30, (long)int.MaxValue + 1),
        8 => new JsonArray(Number(random), Number(random)),
        _ => Of<JsonNode>(random, new JsonArray(), new JsonObject(), new JsonArray(1, 2, 3), new JsonObject { ["heads"] = Number(random) }),
    };

    /// <summary>Sizes of a tensor of any rank, with few numbers.</summary>
    public static long[] Shape(Random random)
    {
        long[] shape = [.. Enumerable.Range(0, random.Next(7)).Select(_ => (long)random.Next(5))];
        return shape;
    }

    /// <summary>Another shape than this one.</summary>
    public static long[] Misshapen(Random random, IReadOnlyList<long> shape)
    {
        List<long> sizes = [.. shape];
        switch (random.Next(4))
        {
            case 0 when sizes.Count > 0:
                int axis = random.Next(sizes.Count);
                sizes[axis] = Math.Clamp(Near(random, (int)sizes[axis]), 0, 64);
                break;
            case 1:
                sizes.Insert(random.Next(sizes.Count + 1), random.Next(3));
                break;
            case 2 when sizes.Count > 0:
                sizes.RemoveAt(random.Next(sizes.Count));
                break;
            default:
                sizes.Reverse();
                break;
        }

        return [.. sizes];
    }
}

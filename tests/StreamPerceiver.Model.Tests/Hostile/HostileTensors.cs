using StreamPerceiver.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Tensors and arrays of any rank, size and type.</summary>
internal static class HostileTensors
{
    public static Tensor Any(Random random)
    {
        long[] shape = Adversary.Chance(random, 0.5)
            ? Adversary.Shape(random)
            : Adversary.Of<long[]>(random, [1, 3, 6, 8], [1, 2, 3, 4, 4], [2, 30], [2, 30, 1], [1, 2, 27, 6, 8], [2, 9]);
        return Some.Numbers(random, shape).to(Adversary.Type(random));
    }

    /// <summary>An array of any type; its bytes are those of its shape.</summary>
    public static NpyArray Array(Random random)
    {
        long[] shape = Adversary.Chance(random, 0.4) ? Adversary.Shape(random)
            : Adversary.Of<long[]>(random, [1, 3, 6, 6], [1, 2, 6, 8], [1, 4, 3, 4, 2], [1, 30], [2, 30, 1], [1, 2, 27, 6, 8], [2, 9], [1, 5, 4], [1, 7, 3],
                [1, 8, 3], [1, 4], [1, 2, 17, 13]);
        NpyType type = Adversary.Of(random, Enum.GetValues<NpyType>());
        byte[] bytes = new byte[shape.Aggregate(1L, (a, b) => a * b) * NpyArray.SizeOf(type)];
        if (Adversary.Chance(random, 0.5)) random.NextBytes(bytes);
        return new NpyArray(type, shape, bytes);
    }

    /// <summary>An input with one thing wrong with it.</summary>
    public static ModelInput Spoilt(Random random, ModelInput input)
    {
        Tensor content = input.Content;
        return random.Next(8) switch
        {
            0 => input with { Content = Some.Numbers(random, Adversary.Misshapen(random, content.shape)) },
            1 => input with { Content = content.to(Adversary.Type(random)) },
            2 => input with { Content = With(random, content) },
            3 => input with { Content = Strided(random, content) },
            4 => input with { Mask = Mask(random, Adversary.Misshapen(random, content.shape[..Math.Min(2, content.shape.Length)])) },
            5 => input with { Mask = Mask(random, content.shape[..Math.Min(2, content.shape.Length)]) },
            6 => input with { Grid = Grid(random, input.Grid ?? []) },
            _ => input with { Content = Any(random) },
        };
    }

    private static Tensor Mask(Random random, long[] shape)
    {
        Tensor numbers = Some.Numbers(random, shape);
        using Scalar limit = Scalars.Create((double)Adversary.Of(random, -4f, 0f, 2.9f, 4f));
        return numbers.gt(limit).to(Adversary.Type(random));
    }

    private static Tensor With(Random random, Tensor content)
    {
        Tensor copy = content.to(ScalarType.Float32).clone();
        Tensor flat = copy.reshape(-1);
        for (int times = 0; times < 3 && flat.shape[0] > 0; times++)
        {
            Tensor place = flat.narrow(0, random.Next((int)flat.shape[0]), 1);
            using Scalar number = Scalars.Create((double)Adversary.Float(random));
            place.fill_(number);
        }

        return flat.reshape(copy.shape);
    }

    // The same shape, but neighbours in it are no neighbours in memory.
    private static Tensor Strided(Random random, Tensor content)
    {
        long[] shape = content.shape;
        if (shape.Length < 2) return content;
        return random.Next(3) switch
        {
            0 => content.transpose(0, 1).contiguous().transpose(0, 1),
            1 => content.narrow(0, 0, Math.Min(1, shape[0])).expand(shape[0] == 0 ? [0, .. shape[1..]] : shape),
            _ => cat([content, content], -1).narrow(shape.Length - 1, shape[^1] / 2, shape[^1]),
        };
    }

    private static IReadOnlyList<int> Grid(Random random, IReadOnlyList<int> grid) => random.Next(4) switch
    {
        0 => [.. grid.Select(_ => Adversary.Number(random))],
        1 => [.. grid.Reverse()],
        2 => [.. grid, 1],
        _ => [.. grid.Select((size, axis) => axis == 0 ? Adversary.Near(random, size) : size)],
    };
}

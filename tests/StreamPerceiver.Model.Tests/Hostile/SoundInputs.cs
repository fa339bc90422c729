using StreamPerceiver.Formats;
using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Inputs that fit a configuration, on small grids where the input stretches over any grid.</summary>
internal static class SoundInputs
{
    private const int MostOfAnAxis = 11;

    public static Dictionary<string, ModelInput> Of(PerceiverConfig config, int batch) => config.Inputs.ToDictionary(i => i.Key, i => Of(i.Value, batch));

    /// <summary>An array as a file of arrays has it, for a batch of one.</summary>
    public static NpyArray Raw(InputConfig input)
    {
        long[] shape = input switch
        {
            ImageInput { Frames: int frames } video => [1, frames, video.Channels, video.Height, video.Width],
            ImageInput { TrainedPositions: not null } image => [1, image.Channels, image.Height, image.Width],
            ImageInput { StemChannels: not null } image => [1, image.Channels, 17, 13],
            ImageInput image => [1, image.Channels, 2 * image.PatchSize * image.Stride, 3 * image.PatchSize * image.Stride],
            AudioInput audio => [1, audio.Samples],
            TextInput text => [1, text.Length],
            OneHotInput row => [1, row.Classes],
            _ => [1, input.Tokens, input.ContentChannels],
        };
        int count = (int)shape.Aggregate(1L, (a, b) => a * b);
        return input is TextInput ? NpyArray.FromLongs(shape, new long[count]) : NpyArray.FromFloats(shape, Some.Numbers(count, 3));
    }

    /// <summary>Tokens of the small grid.</summary>
    public static int Tokens(InputConfig input) => (int)Math.Min(int.MaxValue, InputGuards.Tokens(Grid(input)));

    private static ModelInput Of(InputConfig input, int batch)
    {
        IReadOnlyList<int> grid = Grid(input);
        int count = (int)InputGuards.Tokens(grid);
        float[] numbers = Some.Numbers(batch * count * input.ContentChannels, 7);
        if (input is TextInput text) numbers = [.. numbers.Select(v => MathF.Floor((v + 1) / 2 * text.Vocabulary))];
        return new ModelInput(Arrays.ToTensor(numbers, CPU, batch, count, input.ContentChannels), Grid: grid);
    }

    private static IReadOnlyList<int> Grid(InputConfig input)
    {
        int[] small = [.. input.ContentGrid.Select(size => Math.Min(size, MostOfAnAxis))];
        return input.FitsGrid(small) ? small : input.ContentGrid;
    }
}

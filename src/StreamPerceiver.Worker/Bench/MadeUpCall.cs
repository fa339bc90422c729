using StreamPerceiver.Model;
using static TorchSharp.torch;

namespace StreamPerceiver.Worker.Bench;

/// <summary>Makes inputs of a model's own sizes, with the same content in every run.</summary>
internal static class MadeUpCall
{
    /// <summary>Makes the inputs and the points of one call.</summary>
    /// <param name="config">Sizes of the model.</param>
    /// <param name="device">Where the content goes.</param>
    /// <param name="batch">Windows.</param>
    /// <param name="points">How many points of each dense output are asked for, at most.</param>
    public static NamedCall Of(PerceiverConfig config, Device device, int batch, int points)
    {
        var random = new Random(1);
        return new NamedCall(
            config.Inputs.Where(i => i.Value.MaskProbability != 1).ToDictionary(i => i.Key, i => new ModelInput(Content(i.Value)), StringComparer.Ordinal),
            config.Outputs.Where(o => o.Value is DenseOutput).ToDictionary(o => o.Key, o => Spread(((DenseOutput)o.Value).Points), StringComparer.Ordinal));

        Tensor Content(InputConfig input)
        {
            long count = (long)batch * input.ContentTokens * input.ContentChannels;
            float[] numbers = new float[count];
            for (long i = 0; i < count; i++) numbers[i] = input is TextInput text ? random.Next(text.Vocabulary) : (random.NextSingle() * 2) - 1;
            return tensor(numbers, [batch, input.ContentTokens, input.ContentChannels], ScalarType.Float32).to(device);
        }

        IReadOnlyList<int> Spread(int all) => [.. Enumerable.Range(0, Math.Min(points, all)).Select(i => (int)((long)i * all / Math.Min(points, all)))];
    }
}

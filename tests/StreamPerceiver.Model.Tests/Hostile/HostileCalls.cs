using StreamPerceiver.Formats;
using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Calls with content, masks, grids, points and names that do not fit.</summary>
internal static class HostileCalls
{
    public static void Tensors(Random random)
    {
        HostileModels.Entry sound = HostileModels.Any(random);
        Dictionary<string, ModelInput> inputs = SoundInputs.Of(sound.Config, batch: random.Next(1, 4));
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            string name = Adversary.Of(random, [.. inputs.Keys]);
            inputs[name] = HostileTensors.Spoilt(random, inputs[name]);
        }

        if (Adversary.Chance(random, 0.1)) inputs.Remove(Adversary.Of(random, [.. inputs.Keys]));
        if (Adversary.Chance(random, 0.05)) inputs[""] = new ModelInput(zeros(1, 1, 1));
        sound.Model.Forward(inputs, Points(random, sound.Config), Wanted(random, sound.Config));
    }

    public static void Arrays(Random random)
    {
        HostileModels.Entry sound = HostileModels.Any(random);
        if (sound.Config.Inputs.Values.Any(i => i.ContentTokens > 10_000)) return;
        int batch = Adversary.Chance(random, 0.3) ? Adversary.Number(random) : random.Next(1, 3);
        int rows = Math.Clamp(batch, 1, 2);
        sound.Model.Run(
            batch, sound.Config.Inputs.ToDictionary(i => i.Key, i => Array(random, i.Value, rows)), Points(random, sound.Config), Wanted(random, sound.Config));
    }

    public static void Named(Random random)
    {
        HostileModels.Entry sound = HostileModels.Any(random);
        Dictionary<string, NpyArray> arrays = [];
        foreach ((string name, InputConfig input) in sound.Config.Inputs)
            if (Adversary.Chance(random, 0.97))
                arrays[sound.Config.IsMultimodal ? $"inputs.{name}" : "inputs"] = Adversary.Chance(random, 0.3)
                    ? HostileTensors.Array(random)
                    : SoundInputs.Raw(input);
        if (Adversary.Chance(random, 0.1)) arrays["attention_mask"] = HostileTensors.Array(random);
        if (Adversary.Chance(random, 0.1)) arrays[$"subsampled_output_points.{sound.Config.Outputs.Keys.First()}"] = HostileTensors.Array(random);
        if (Adversary.Chance(random, 0.05)) arrays["?"] = HostileTensors.Array(random);
        NamedCall call = NamedArrays.ToCall(sound.Config, arrays);
        NamedArrays.FromOutputs(sound.Config, sound.Model.Forward(call.Inputs, call.Points));
    }

    public static void Raw(Random random)
    {
        Tensor raw = HostileTensors.Any(random);
        InputConfig input = Adversary.Of(random, [.. HostileModels.Any(random).Config.Inputs.Values]);
        _ = input switch
        {
            ImageInput image when Adversary.Chance(random, 0.5) => RawInputs.Image(raw, image),
            ImageInput video => RawInputs.Video(raw, video),
            AudioInput audio => RawInputs.Audio(raw, audio),
            TextInput => RawInputs.Text(raw),
            OneHotInput => RawInputs.OneHot(raw),
            _ => RawInputs.Rows(raw),
        };
    }

    public static void Mixed(Random random)
    {
        HostileModels.Entry one = HostileModels.Any(random), other = HostileModels.Any(random);
        using EncodedInputs encoded = one.Model.Encode(SoundInputs.Of(one.Config, batch: 1));
        other.Model.Decode(encoded, RandomModels.AllPoints(other.Config));
    }

    private static ArrayInput Array(Random random, InputConfig input, int batch)
    {
        int tokens = batch * input.ContentTokens, count = tokens * input.ContentChannels;
        if (Adversary.Chance(random, 0.2)) count = Math.Max(0, Adversary.Near(random, count));
        float[] content = Some.Numbers(count, 5);
        if (count > 0 && Adversary.Chance(random, 0.5)) content[random.Next(count)] = Adversary.Float(random);
        byte[] mask = Adversary.Chance(random, 0.5) ? [] : new byte[Adversary.Chance(random, 0.2) ? Math.Max(0, Adversary.Near(random, tokens)) : tokens];
        random.NextBytes(mask);
        return new ArrayInput(content, mask);
    }

    private static Dictionary<string, IReadOnlyList<int>>? Points(Random random, PerceiverConfig config)
    {
        if (Adversary.Chance(random, 0.5)) return RandomModels.AllPoints(config);
        if (Adversary.Chance(random, 0.2)) return null;
        return config.Outputs.Where(o => o.Value is DenseOutput || Adversary.Chance(random, 0.1))
            .ToDictionary(o => o.Key, IReadOnlyList<int> (_) => [.. Enumerable.Range(0, random.Next(4)).Select(_ => Point())]);

        int Point() => Adversary.Chance(random, 0.8) ? random.Next(12) : Adversary.Number(random);
    }

    private static string[]? Wanted(Random random, PerceiverConfig config) => random.Next(8) switch
    {
        0 => [],
        1 => ["?"],
        2 => [.. config.Outputs.Keys, .. config.Outputs.Keys],
        _ => null,
    };
}

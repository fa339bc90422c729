namespace StreamPerceiver.Model.Tests;

/// <summary>Weights that are missing, doubled, of another shape or type or length, or no numbers; and files of them with wrong bytes.</summary>
internal static class HostileWeights
{
    public static void Tensors(Random random)
    {
        HostileModels.Entry sound = HostileModels.Any(random);
        List<SafeTensor> tensors = [.. Adversary.Chance(random, 0.1) ? HostileModels.Any(random).Weights : sound.Weights];
        for (int times = random.Next(1, 3); times > 0 && tensors.Count > 0; times--) Spoil(random, tensors);
        using var model = new PerceiverModel(sound.Config, tensors);
        model.Forward(SoundInputs.Of(sound.Config, batch: 1), RandomModels.AllPoints(sound.Config));
    }

    public static void Files(Random random)
    {
        using Some.TemporaryDirectory directory = Some.Directory();
        bool ofTorch = Adversary.Chance(random, 0.5);
        HostileModels.Entry sound = HostileModels.Small(random);
        string file = directory.File(ofTorch ? "pytorch_model.bin" : "model.safetensors");
        if (ofTorch)
        {
            File.Copy(Golden.PathOf("D/config.json"), directory.File("config.json"));
            File.Copy(Golden.PathOf(Adversary.Of(random, "torch/D.bin", "torch/D-older.bin", "torch/nested2.bin")), file);
        }
        else
        {
            Checkpoint.Save(directory.Path, sound.Config, sound.Weights);
        }

        byte[] bytes = File.ReadAllBytes(file);
        int most = Math.Min(bytes.Length, Adversary.Chance(random, 0.5) ? 2000 : bytes.Length);
        for (int times = random.Next(1, 5); times > 0; times--) bytes[random.Next(most)] = (byte)random.Next(256);
        File.WriteAllBytes(file, Adversary.Chance(random, 0.2) ? bytes[..random.Next(bytes.Length)] : bytes);
        Checkpoint.Load(directory.Path).Dispose();
    }

    private static void Spoil(Random random, List<SafeTensor> tensors)
    {
        int at = random.Next(tensors.Count);
        SafeTensor tensor = tensors[at];
        switch (random.Next(11))
        {
            case 0:
                tensors.RemoveAt(at);
                break;
            case 1:
                tensors.Add(tensor);
                break;
            case 2:
                tensors[at] = tensor with { Shape = Adversary.Misshapen(random, tensor.Shape) };
                break;
            case 3:
                tensors[at] = tensor with { Type = Adversary.Of(random, SafeTensorType.F16, SafeTensorType.BF16, SafeTensorType.I64) };
                break;
            case 4:
                tensors[at] = tensor with { Bytes = new byte[Math.Max(0, Adversary.Near(random, tensor.Bytes.Length))] };
                break;
            case 5:
                tensors[at] = tensor with { Name = Adversary.Of(random, "", tensors[random.Next(tensors.Count)].Name, tensor.Name["p".Length..]) };
                break;
            case 6:
                (tensors[at], int other) = (tensors[random.Next(tensors.Count)], at);
                tensors[other] = tensor with { Shape = [.. tensor.Shape.Select(s => -s)] };
                break;
            default:
                if (tensor.Type == SafeTensorType.F32)
                    tensors[at] = SafeTensor.FromFloats(
                        tensor.Name, tensor.Shape, [.. tensor.ToFloats().Select(v => Adversary.Chance(random, 0.1) ? Adversary.Float(random) : v)]);
                break;
        }
    }
}

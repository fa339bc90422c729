namespace StreamPerceiver.Model.Tests;

/// <summary>Which tensors are of the encoder.</summary>
public sealed class WeightKeyTests
{
    private static readonly Dictionary<string, InputConfig> Inputs = new()
    {
        ["decoder"] = new ImageInput { Height = 4, Width = 4, PatchSize = 2, LinearChannels = 5, NumBands = 1 },
        ["pixels"] = new ImageInput { Height = 4, Width = 4, LinearChannels = 5, TrainedPositions = new TrainedPositions(3, 2) },
        ["stem"] = new ImageInput { Height = 16, Width = 16, StemChannels = 4, NumBands = 1 },
        ["sound"] = new AudioInput { Samples = 8, SamplesPerPatch = 4, NumBands = 1 },
        ["series"] = new SeriesInput { Steps = 3, Channels = 2, TrainedPositions = new TrainedPositions(3) },
        ["words"] = new TextInput { Length = 5, Channels = 6 },
        ["set"] = new SetInput { Slots = 3, Channels = 2, LinearChannels = 4 },
        ["points"] = new PointsInput { Points = 3, NumBands = 1 },
        ["label"] = new OneHotInput { Classes = 3 },
    };

    [Fact]
    public void The_tensors_of_latents_inputs_and_encoder_are_those_that_do_not_depend_on_the_outputs()
    {
        string[] shared = Keys(new ClassificationOutput { Labels = ["a", "b"], Channels = 4 });
        string[] own = Keys(new ClassificationOutput { Labels = ["a", "b"], Channels = 4, Decoder = new DecoderConfig() });

        string[] encoder = [.. shared.Intersect(own)];

        shared.Where(WeightKeys.IsOfEncoder).ShouldBe(encoder);
        own.Where(WeightKeys.IsOfEncoder).ShouldBe(encoder);
        foreach (string input in Inputs.Keys) encoder.ShouldContain(key => key.Contains($".{input}", StringComparison.Ordinal), input);
        encoder.Length.ShouldBeGreaterThan(40);
        shared.Length.ShouldBeGreaterThan(encoder.Length);
        own.Length.ShouldBeGreaterThan(encoder.Length);
    }

    // Outputs with the names of parts of the encoder.
    private static string[] Keys(OutputConfig output)
    {
        var config = new PerceiverConfig
        {
            Architecture = PerceiverArchitecture.StreamPerceiver,
            NumLatents = 3,
            DLatents = 8,
            NumSelfAttendsPerBlock = 1,
            NumSelfAttentionHeads = 2,
            NumCrossAttentionHeads = 1,
            OutputNumChannels = 8,
            Inputs = Inputs,
            Outputs = new Dictionary<string, OutputConfig> { ["encoder"] = output, ["input_preprocessor"] = output },
        };
        return [.. ParameterList.For(config).Select(p => p.Key)];
    }
}

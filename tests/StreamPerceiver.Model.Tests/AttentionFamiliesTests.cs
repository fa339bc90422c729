using Xunit.Abstractions;

namespace StreamPerceiver.Model.Tests;

/// <summary>Which tokens the official families read, with tiny sizes.</summary>
public sealed class AttentionFamiliesTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("A")]
    [InlineData("B")]
    [InlineData("C")]
    [InlineData("D")]
    [InlineData("E")]
    [InlineData("F")]
    [InlineData("G")]
    public void Of_the_official_families_every_output_is_read(string name)
    {
        PerceiverConfig config = new Golden(name, log).Config();
        Dictionary<string, ArrayInput> inputs = AttentionReaderTests.Masked(config)
            .Where(i => config.Inputs[i.Key].MaskProbability != 1).ToDictionary();
        using var reader = new AttentionReader(plan => new PerceiverModel(config, WeightRecipe.Make(config), plan));

        AttentionReading reading = reader.Read(inputs, RandomModels.AllPoints(config), [.. config.Outputs.Keys]);

        foreach (IReadOnlyDictionary<string, float[]> shares in reading.Outputs.Values.Append(reading.Latents))
            shares.Values.Sum(tokens => tokens.Sum(t => (double)t)).ShouldBe(1, 1e-4);
    }
}

namespace StreamPerceiver.Model.Tests;

public sealed class WeightRecipeTests
{
    // Anchors are printed to seven digits.
    private const double Printed = 1e-7;

    [Fact]
    public void The_generator_gives_the_written_numbers()
    {
        double[][] expected = [[0.1467952, 0.1767875, 0.4082675, 0.8555258], [-0.5246921, -0.8536220, -0.6703165, -0.6521809]];
        for (uint seed = 1; seed <= 2; seed++)
        {
            for (uint i = 0; i < 4; i++)
                WeightRecipe.Uniform(i, seed).ShouldBe(expected[seed - 1][i], Printed);
        }

        WeightRecipe.Seed("perceiver.embeddings.latents").ShouldBe(41630u);
    }

    [Fact]
    public void The_weights_are_to_the_bit_those_of_the_reference()
    {
        PerceiverConfig config = ConfigFile.Read(Golden.PathOf("D"));
        IReadOnlyDictionary<string, SafeTensor> stored = SafeTensors.Read(Golden.PathOf("D/model.safetensors"));

        IReadOnlyList<SafeTensor> made = WeightRecipe.Make(config);

        made.Select(t => t.Name).ShouldBe(stored.Keys, ignoreOrder: true);
        foreach (SafeTensor tensor in made)
            tensor.ToFloats().ShouldBe(stored[tensor.Name].ToFloats(), tensor.Name);
    }
}

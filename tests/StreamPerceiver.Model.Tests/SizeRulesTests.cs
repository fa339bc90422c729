namespace StreamPerceiver.Model.Tests;

/// <summary>Numbers that are each in their range, and together more than a machine holds, are refused before anything of that size is made.</summary>
public sealed class SizeRulesTests
{
    [Theory]
    [InlineData("{ 'type': 'video', 'frames': 128, 'frames_per_patch': 64, 'height': 256, 'width': 256, 'channels': 4096, 'patch_size': 256, 'num_bands': 1 }",
        "inputs.x has 4096 x 256 x 256 x 64 content channels")]
    [InlineData("{ 'type': 'image', 'height': 65536, 'width': 65536, 'channels': 1, 'num_bands': 1, 'stem_channels': 1 }",
        "inputs.x has 65536 x 65536 places of content")]
    [InlineData("{ 'type': 'image', 'height': 16384, 'width': 16384, 'channels': 1, 'num_bands': 1, 'linear_channels': 1024 }",
        "inputs.x has 16384 x 16384 x 1024 numbers in its features")]
    [InlineData("{ 'type': 'series', 'steps': 1048576, 'channels': 1, 'num_bands': 65536 }",
        "inputs.x has 1048576 x 65536 numbers in its positions along the axes")]
    public void Of_an_input(string input, string problem)
        => Problem($$"""{ {{Sizes}}, "inputs": { "x": {{input}} }, "outputs": { {{Mean}} } }""").ShouldContain(problem);

    [Theory]
    [InlineData("{ 'type': 'values', 'queries': 1048576, 'values': 1048576, 'query_channels': 1 }", "outputs.x has 1048576 x 1048576 numbers in its answers")]
    [InlineData("{ 'type': 'dense', 'input': 's', 'channels': 1048576 }", "outputs.x has 65536 x 1048576 numbers in its answers")]
    [InlineData("{ 'type': 'video', 'shape': [1048576, 1, 1], 'max_resolution': [1, 1, 1], 'num_bands': 2000 }",
        "outputs.x has 1048578 x 2000 numbers in its positions along the axes")]
    public void Of_an_output(string output, string problem)
        => Problem($$"""
            {
              {{Sizes}}, "inputs": { "s": { "type": "series", "steps": 65536, "channels": 1, "num_bands": 1 } },
              "outputs": { "x": {{output}} }
            }
            """).ShouldContain(problem);

    [Theory]
    [InlineData("'num_latents': 1048576, 'd_latents': 16, 'qk_channels': 65536, 'v_channels': 16", "num_latents has 1048576 x 131088 numbers in a layer")]
    [InlineData("'num_latents': 4, 'd_latents': 16, 'num_blocks': 1000, 'num_self_attends_per_block': 1000, 'share_weights': false",
        "num_blocks has 1000 x 1000 layers with weights of their own, expected 1 to 4096")]
    [InlineData("'num_latents': 4, 'd_latents': 1048576",
        "weights: 'perceiver.encoder.cross_attention.mlp.dense1.weight' [1048576, 1048576] has more numbers than one tensor can hold, which is 536870897")]
    public void Of_the_latents(string sizes, string problem)
        => Problem($$"""
            {
              "model_type": "stream_perceiver", "num_cross_attention_heads": 1, {{sizes}},
              "inputs": { "s": { "type": "series", "steps": 4, "channels": 1 } }, "outputs": { {{Mean}} }
            }
            """).ShouldContain(problem);

    [Fact]
    public void The_official_models_are_far_below()
    {
        string[] names =
        [
            "MaskedLM", "SequenceClassification", "ImageClassificationLearned", "ImageClassificationFourier", "ImageClassificationConvProcessing",
            "OpticalFlow", "MultimodalAutoencoding",
        ];
        foreach (string name in names)
        {
            string json = $$"""{ "architectures": ["PerceiverFor{{name}}"], "num_cross_attention_heads": 1, "qk_channels": 256, "v_channels": 1280 }""";
            ConfigFile.Parse(json, name).NumLatents.ShouldBe(256);
        }
    }

    private const string Sizes =
        "'model_type': 'stream_perceiver', 'num_latents': 4, 'd_latents': 16, 'num_self_attends_per_block': 1, 'num_cross_attention_heads': 1";

    private const string Mean = "'mean': { 'type': 'mean', 'labels': ['a'] }";

    private static string Problem(string json) => Should.Throw<ConfigException>(() => ConfigFile.Parse(json.Replace('\'', '"'), "x")).Message;
}

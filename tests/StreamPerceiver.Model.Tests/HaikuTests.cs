using System.Text;

namespace StreamPerceiver.Model.Tests;

public sealed class HaikuTests : IDisposable
{
    private const string Convnet = "perceiver.input_preprocessor.convnet.";

    private readonly Some.TemporaryDirectory _directory = Some.Directory();

    public void Dispose() => _directory.Dispose();

    // Made with CPython 3.11 and NumPy 1.24, where the names of haiku and jax stood for stand-ins that reduce as the originals do. The n-th
    // array, from 1, counts up from 100 n. flat2, flat3: haiku's FlatMapping; jax3: jax arrays; plain5: params and state in one dictionary.
    [Theory]
    [InlineData("flat2")]
    [InlineData("flat3")]
    [InlineData("jax3")]
    [InlineData("plain5")]
    public void Arrays_come_out_in_the_layout_of_Hugging_Face(string name)
    {
        Dictionary<string, SafeTensor> read = HaikuFile.Read(Golden.PathOf($"haiku/{name}.pystate")).ToDictionary(t => t.Name);

        read.Keys.ShouldBe(
        [
            "perceiver.embeddings.latents",
            "perceiver.encoder.self_attends.0.attention.self.layernorm1.weight", "perceiver.encoder.self_attends.0.attention.self.layernorm1.bias",
            "perceiver.encoder.self_attends.0.attention.self.key.weight", "perceiver.encoder.self_attends.0.attention.self.key.bias",
            "perceiver.encoder.self_attends.1.layernorm.weight", "perceiver.encoder.self_attends.1.layernorm.bias",
            Convnet + "conv.weight", Convnet + "batchnorm.weight", Convnet + "batchnorm.bias",
            "perceiver.input_preprocessor.embeddings.weight",
            Convnet + "batchnorm.running_mean", Convnet + "batchnorm.running_var",
        ]);
        Has(read["perceiver.embeddings.latents"], [2, 3], i => 100 + (3 * i[0]) + i[1]);
        Has(read["perceiver.encoder.self_attends.0.attention.self.layernorm1.bias"], [3], i => 300 + i[0]);
        Has(read["perceiver.encoder.self_attends.0.attention.self.key.weight"], [4, 3], i => 400 + (4 * i[1]) + i[0]);
        Has(read["perceiver.encoder.self_attends.0.attention.self.key.bias"], [4], i => 500 + i[0]);
        Has(read["perceiver.encoder.self_attends.1.layernorm.weight"], [3], i => 600 + i[0]);

        // Stored as height 2, width 3, in 4, out 5.
        Has(read[Convnet + "conv.weight"], [5, 4, 3, 2], i => 800 + (60 * i[3]) + (20 * i[2]) + (5 * i[1]) + i[0]);
        Has(read[Convnet + "batchnorm.weight"], [5], i => 900 + i[0]);
        Has(read["perceiver.input_preprocessor.embeddings.weight"], [4, 3], i => 1100 + (3 * i[0]) + i[1]);
        Has(read[Convnet + "batchnorm.running_mean"], [5], i => 1300 + i[0]);
        Has(read[Convnet + "batchnorm.running_var"], [5], i => 1500 + i[0]);
    }

    [Theory]
    [InlineData("flat3", "data_structures\nFlatMapping", "data_structures\nFlatMap")]
    [InlineData("flat3", "numpy.core.", "numpy._core.")]
    [InlineData("jax3", "jax._src.array\n_reconstruct_array", "jax._src.device_array\nreconstruct_device_array")]
    public void Newer_and_older_versions_name_the_constructors_otherwise(string name, string here, string there)
    {
        string pickle = Encoding.Latin1.GetString(File.ReadAllBytes(Golden.PathOf($"haiku/{name}.pystate")));
        pickle.ShouldContain(here);
        File.WriteAllBytes(_directory.File("x"), Encoding.Latin1.GetBytes(pickle.Replace(here, there, StringComparison.Ordinal)));

        HaikuFile.Read(_directory.File("x")).Count.ShouldBe(13);
    }

    [Fact]
    public void What_is_no_array_is_named()
    {
        File.WriteAllBytes(_directory.File("x"), [(byte)'}', .. "X\x05\0\0\0embed"u8, (byte)'}', .. "X\x0A\0\0\0embeddings"u8, .. "K\x03ss."u8]);

        Should.Throw<CheckpointException>(() => HaikuFile.Read(_directory.File("x"))).Message
            .ShouldContain("'embed/embeddings' is an integer: expected a little-endian array of <f2, <f4");
    }

    [Fact]
    public void A_pickle_of_torch_is_refused_by_its_first_name()
    {
        File.WriteAllBytes(_directory.File("x"), new TinyPickle().Tensor("w").ToArray());

        Should.Throw<CheckpointException>(() => HaikuFile.Read(_directory.File("x"))).Message
            .ShouldContain("refers to 'torch._utils._rebuild_tensor_v2', which is not among the constructors of tensors: nothing was run");
    }

    [Theory]
    [InlineData("flat2")]
    [InlineData("jax3")]
    [InlineData("plain5")]
    public void A_file_with_a_byte_changed_is_read_or_refused_and_nothing_worse(string name)
    {
        byte[] whole = File.ReadAllBytes(Golden.PathOf($"haiku/{name}.pystate"));
        for (int place = 0; place < whole.Length; place++)
        {
            byte[] changed = [.. whole];
            changed[place] ^= (byte)(1 << (place % 8));
            File.WriteAllBytes(_directory.File("changed"), changed);
            try
            {
                HaikuFile.Read(_directory.File("changed"));
            }
            catch (CheckpointException)
            {
            }
        }
    }

    private static void Has(SafeTensor tensor, long[] shape, Func<long[], long> value)
    {
        tensor.Type.ShouldBe(SafeTensorType.F32);
        tensor.Shape.ShouldBe(shape, tensor.Name);
        float[] values = tensor.ToFloats();
        for (int flat = 0; flat < values.Length; flat++)
        {
            long[] index = new long[shape.Length];
            long rest = flat;
            for (int axis = shape.Length - 1; axis >= 0; axis--)
                (rest, index[axis]) = Math.DivRem(rest, shape[axis]);
            values[flat].ShouldBe(value(index), tensor.Name);
        }
    }
}

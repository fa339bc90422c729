using System.Text.Json;

namespace StreamPerceiver.Model.Tests;

public sealed class TorchFileTests : IDisposable
{
    private readonly Some.TemporaryDirectory _directory = Some.Directory();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("D.bin")]
    [InlineData("D-older.bin")]
    public void Both_formats_of_torch_hold_the_same_tensors_as_safetensors(string name)
    {
        IReadOnlyDictionary<string, SafeTensor> expected = SafeTensors.Read(Golden.PathOf("D/model.safetensors"));

        IReadOnlyDictionary<string, SafeTensor> read = TorchFile.Read(Golden.PathOf($"torch/{name}"));

        read.Keys.ShouldBe(expected.Keys, ignoreOrder: true);
        foreach ((string key, SafeTensor tensor) in expected)
        {
            read[key].Type.ShouldBe(tensor.Type, key);
            read[key].Shape.ShouldBe(tensor.Shape, key);
            read[key].Bytes.Span.SequenceEqual(tensor.Bytes.Span).ShouldBeTrue(key);
        }
    }

    [Fact]
    public void Views_of_shared_storages_are_resolved()
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Golden.PathOf("torch/views.expected.json")));
        string[] types = ["float32", "float16", "bfloat16", "int64"];

        IReadOnlyDictionary<string, SafeTensor> read = TorchFile.Read(Golden.PathOf("torch/views.bin"));

        read.Keys.ShouldBe(expected.RootElement.EnumerateObject().Select(p => p.Name), ignoreOrder: true);
        foreach (JsonProperty view in expected.RootElement.EnumerateObject())
        {
            SafeTensor tensor = read[view.Name];
            tensor.Name.ShouldBe(view.Name);
            types[(int)tensor.Type].ShouldBe(view.Value.GetProperty("dtype").GetString(), view.Name);
            tensor.Shape.ShouldBe(view.Value.GetProperty("shape").EnumerateArray().Select(v => v.GetInt64()), view.Name);
            float[] values = tensor.Type == SafeTensorType.I64 ? [BitConverter.ToInt64(tensor.Bytes.Span)] : tensor.ToFloats();
            values.ShouldBe(view.Value.GetProperty("values").EnumerateArray().Select(v => v.GetSingle()), view.Name);
        }
    }

    [Theory]
    [InlineData(0, new long[] { 7 }, new long[] { 1 }, "shape [7], strides [1] and offset 0 reach beyond the 6 elements of storage '0'")]
    [InlineData(5, new long[] { 2 }, new long[] { 1 }, "shape [2], strides [1] and offset 5 reach beyond")]
    [InlineData(0, new long[] { 2, 3 }, new long[] { 4, 1 }, "shape [2, 3], strides [4, 1] and offset 0 reach beyond")]
    [InlineData(0, new long[] { 1_000_000_000 }, new long[] { 0 }, "reach beyond the 6 elements")]
    [InlineData(0, new long[] { long.MaxValue, long.MaxValue }, new long[] { long.MaxValue, long.MaxValue }, "reach beyond the 6 elements")]
    [InlineData(0, new long[] { 2, 3 }, new long[] { 1 }, "shape [2, 3] but strides [1]")]
    [InlineData(-1, new long[] { 2 }, new long[] { 1 }, "'w': is a 'torch._utils._rebuild_tensor_v2': expected a tensor")]
    [InlineData(0, new long[] { -2 }, new long[] { 1 }, "'w': is a 'torch._utils._rebuild_tensor_v2': expected a tensor")]
    public void A_tensor_that_reaches_beyond_its_storage_is_refused(long offset, long[] shape, long[] strides, string fact) =>
        Refusal(new TinyPickle().Tensor("w", offset, shape, strides)).ShouldContain(fact);

    [Theory]
    [InlineData("archive/data/0", 20, "entry 'archive/data/0' has 20 bytes: expected 24 for 6 elements of F32")]
    [InlineData("archive/data/1", 24, "has no entry 'archive/data/0'")]
    public void A_storage_that_is_not_what_the_pickle_says_is_refused(string entry, int length, string fact) =>
        Refusal(new TinyPickle().Tensor("w"), entry, length).ShouldContain(fact);

    [Fact]
    public void Big_endian_is_refused() => Refusal(new TinyPickle().Tensor("w"), order: "big").ShouldContain("entry 'archive/byteorder' is not \"little\"");

    [Fact]
    public void Other_types_are_refused_by_name() => Refusal(new TinyPickle().Tensor("w", type: "ComplexFloatStorage"))
        .ShouldContain("refers to 'torch.ComplexFloatStorage', which is not among the constructors of tensors: nothing was run");

    [Theory]
    [InlineData(new byte[0], "is empty, expected a PyTorch file")]
    [InlineData(new byte[] { 0x80, 2 }, "the pickle ends here")]
    [InlineData(new byte[] { (byte)'P', (byte)'K', 3, 4 }, "Central Directory")]
    [InlineData(new byte[] { 0x80, 2, (byte)'K', 1, (byte)'.' }, "is neither a zip file nor begins with the magic number")]
    [InlineData(new byte[] { (byte)'{', 0 }, "instruction 0x7B")]
    public void What_is_no_torch_file_is_refused(byte[] content, string fact)
    {
        File.WriteAllBytes(_directory.File("x.bin"), content);

        Should.Throw<CheckpointException>(() => TorchFile.Read(_directory.File("x.bin"))).Message.ShouldContain(fact);
    }

    [Theory]
    [InlineData("D-older.bin", 1)]
    [InlineData("D-older.bin", 600_000)]
    [InlineData("D.bin", 1)]
    public void A_file_that_is_cut_off_is_refused(string name, int missing)
    {
        File.WriteAllBytes(_directory.File(name), File.ReadAllBytes(Golden.PathOf($"torch/{name}"))[..^missing]);

        Should.Throw<CheckpointException>(() => TorchFile.Read(_directory.File(name))).Message.ShouldContain(_directory.File(name));
    }

    [Fact]
    public void A_file_with_a_byte_changed_is_read_or_refused_and_nothing_worse()
    {
        byte[] whole = File.ReadAllBytes(Golden.PathOf("torch/nested4.bin"));
        for (int place = 0; place < whole.Length; place++)
        {
            foreach (byte value in new byte[] { 0, 1, 0x2E, 0x7F, 0x80, 0xFF })
            {
                byte[] changed = [.. whole];
                changed[place] = value;
                ReadOrRefuse(changed);
            }
        }
    }

    [Fact]
    public void An_older_file_with_a_byte_changed_is_read_or_refused_and_nothing_worse()
    {
        const int Pickles = 17312;
        byte[] whole = File.ReadAllBytes(Golden.PathOf("torch/D-older.bin"));
        for (int place = 0; place < Pickles; place += 71)
        {
            byte[] changed = [.. whole];
            changed[place] ^= (byte)(1 << (place % 8));
            ReadOrRefuse(changed);
        }
    }

    [Fact]
    public void Bytes_after_the_last_storage_are_refused()
    {
        File.WriteAllBytes(_directory.File("x.bin"), [.. File.ReadAllBytes(Golden.PathOf("torch/D-older.bin")), 0]);

        Should.Throw<CheckpointException>(() => TorchFile.Read(_directory.File("x.bin"))).Message.ShouldContain("1 bytes follow the last storage");
    }

    private void ReadOrRefuse(byte[] content)
    {
        File.WriteAllBytes(_directory.File("changed"), content);
        try
        {
            TorchFile.Read(_directory.File("changed"));
        }
        catch (CheckpointException)
        {
        }
    }

    private string Refusal(TinyPickle pickle, string storage = "archive/data/0", int length = 24, string order = "little")
    {
        string file = _directory.File("pytorch_model.bin");
        pickle.WriteTo(file, storage, length, order);
        string message = Should.Throw<CheckpointException>(() => TorchFile.Read(file)).Message;
        message.ShouldContain(file);
        return message;
    }
}

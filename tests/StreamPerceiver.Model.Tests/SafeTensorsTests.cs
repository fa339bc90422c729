using System.Buffers.Binary;
using System.Text;

using FsCheck.Fluent;

namespace StreamPerceiver.Model.Tests;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly Some.TemporaryDirectory _directory = Some.Directory();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_is_written_is_read_back_to_the_bit() => Prop.ForAll(
        Gen.Choose(0, Enum.GetValues<SafeTensorType>().Length - 1).ToArbitrary(),
        Gen.ArrayOf(Gen.Choose(0, 5)).ToArbitrary(),
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        (type, sizes, seed) =>
        {
            SafeTensor one = Filled("one", (SafeTensorType)type, [.. sizes.Take(4).Select(s => (long)s)], seed);
            SafeTensor two = Filled("two", SafeTensorType.F16, [3], seed + 1);
            SafeTensors.Write(_directory.File("x"), [two, one]);
            IReadOnlyDictionary<string, SafeTensor> read = SafeTensors.Read(_directory.File("x"));
            return read.Count == 2 && Same(read["one"], one) && Same(read["two"], two);
        }).Holds();

    [Fact]
    public void Half_floats_widen_without_loss()
    {
        byte[] half = [0x00, 0x3C, 0x01, 0x00, 0x00, 0xFC];
        byte[] brain = [0x80, 0x3F, 0x01, 0x00, 0x80, 0xFF];

        new SafeTensor("x", SafeTensorType.F16, [3], half).ToFloats().ShouldBe([1f, MathF.Pow(2, -24), float.NegativeInfinity]);
        new SafeTensor("x", SafeTensorType.BF16, [3], brain).ToFloats().ShouldBe([1f, BitConverter.UInt32BitsToSingle(0x00010000), float.NegativeInfinity]);
    }

    [Fact]
    public void Doubles_are_rounded_and_those_beyond_float32_are_refused()
    {
        double[] values = [1, 0.1, double.NegativeInfinity, 1e300];
        byte[] bytes = [.. values.SelectMany(BitConverter.GetBytes)];

        new SafeTensor("x", SafeTensorType.F64, [3], bytes.AsMemory(0, 24)).ToFloats().ShouldBe([1f, 0.1f, float.NegativeInfinity]);
        Should.Throw<CheckpointException>(() => new SafeTensor("x", SafeTensorType.F64, [4], bytes).ToFloats())
            .Message.ShouldBe("x: element 3 is 1E+300, which is beyond the range of float32");
    }

    [Fact]
    public void Floats_of_8_bits_widen_without_loss()
    {
        new SafeTensor("x", SafeTensorType.F8E4M3, [6], new byte[] { 0x38, 0x01, 0x7E, 0xB8, 0x7F, 0x08 }).ToFloats()
            .ShouldBe([1f, MathF.Pow(2, -9), 448f, -1f, float.NaN, MathF.Pow(2, -6)]);
        new SafeTensor("x", SafeTensorType.F8E5M2, [4], new byte[] { 0x3C, 0x01, 0x7B, 0xFC }).ToFloats()
            .ShouldBe([1f, MathF.Pow(2, -16), 57344f, float.NegativeInfinity]);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "'a' ends at byte 8 of the data, but the file holds 7")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "holds 9 bytes of data, but its tensors end at 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8,
        "'b' begins at byte 4 and so overlaps 'a', which ends at 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}""", 16,
        "'b' begins at byte 12: 4 bytes after 'a' belong to no tensor")]
    [InlineData("""{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}""", 8, "'a': dtype \"C64\": must be one of F32, F16, BF16, I64, F64, ")]
    [InlineData("""{"a":{"dtype":0,"shape":[1],"data_offsets":[0,4]}}""", 4, "'a': dtype 0: must be one of")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "'a': F32 [3] needs 12 bytes but data_offsets 0 to 8 hold 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}""", 8, "'a': shape [-1]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0,
        "'a': shape [4294967296, 4294967296] has more elements than 64 bits can count")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "'a': data_offsets [8,0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9999999999999999999]}}""", 8, "'a': data_offsets [0,9999999999999999999]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1000000000],"data_offsets":[0,4000000000]}}""", 8, "'a': is 4000000000 bytes: at most")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "'a': must have dtype, shape and data_offsets")]
    [InlineData("""{"a":7}""", 0, "'a': must have dtype, shape and data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0, "not valid JSON")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", 4, "not valid JSON")]
    [InlineData("""{"a":{"dtype":"\ud800","shape":[],"data_offsets":[0,4]}}""", 4, "not valid JSON")]
    [InlineData("[]", 0, "not a JSON object")]
    [InlineData("{", 0, "not valid JSON")]
    public void A_header_that_lies_is_refused(string header, int dataLength, string fact)
    {
        string file = Write((ulong)header.Length, header, dataLength);

        string message = Should.Throw<CheckpointException>(() => SafeTensors.Read(file)).Message;

        message.ShouldContain(file);
        message.ShouldContain(fact);
    }

    [Theory]
    [InlineData(3ul, "gives its header 3 bytes, but only 2 follow")]
    [InlineData(100_000_001ul, "gives its header 100000001 bytes: at most 100000000 are allowed")]
    [InlineData(ulong.MaxValue, "gives its header 18446744073709551615 bytes: at most 100000000 are allowed")]
    public void A_header_that_is_too_long_is_refused(ulong length, string fact) =>
        Should.Throw<CheckpointException>(() => SafeTensors.Read(Write(length, "{}", 0))).Message.ShouldContain(fact);

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        SafeTensors.Write(_directory.File("whole"), [Filled("a", SafeTensorType.F32, [2, 3], 1), Filled("b", SafeTensorType.I64, [], 2)]);
        byte[] whole = File.ReadAllBytes(_directory.File("whole"));
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(_directory.File("cut"), whole[..length]);
            Should.Throw<CheckpointException>(() => SafeTensors.Read(_directory.File("cut")), $"cut to {length} of {whole.Length} bytes");
        }
    }

    [Fact]
    public void A_file_with_a_byte_changed_is_read_or_refused_and_nothing_worse()
    {
        SafeTensors.Write(_directory.File("whole"), [Filled("a", SafeTensorType.F32, [2, 3], 1), Filled("b", SafeTensorType.I64, [], 2)]);
        byte[] whole = File.ReadAllBytes(_directory.File("whole"));
        for (int place = 0; place < whole.Length; place++)
        {
            foreach (byte value in new byte[] { 0, (byte)'"', (byte)'9', (byte)'\\', 0x80, 0xFF })
            {
                byte[] changed = [.. whole];
                changed[place] = value;
                File.WriteAllBytes(_directory.File("changed"), changed);
                try
                {
                    SafeTensors.Read(_directory.File("changed"));
                }
                catch (CheckpointException)
                {
                }
            }
        }
    }

    [Fact]
    public void Metadata_is_passed_over()
    {
        const string Header = """{"__metadata__":{"format":"pt"},"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}""";

        SafeTensors.Read(Write((ulong)Header.Length, Header, 8)).Keys.ShouldBe(["a"]);
    }

    private static SafeTensor Filled(string name, SafeTensorType type, long[] shape, int seed)
    {
        byte[] bytes = new byte[shape.Aggregate(1L, (a, b) => a * b) * SafeTensor.SizeOf(type)];
        new Random(seed).NextBytes(bytes);
        return new SafeTensor(name, type, shape, bytes);
    }

    private static bool Same(SafeTensor a, SafeTensor b) =>
        a.Name == b.Name && a.Type == b.Type && a.Shape.SequenceEqual(b.Shape) && a.Bytes.Span.SequenceEqual(b.Bytes.Span);

    private string Write(ulong headerLength, string header, int dataLength)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, headerLength);
        string file = _directory.File("model.safetensors");
        File.WriteAllBytes(file, [.. length, .. Encoding.UTF8.GetBytes(header), .. new byte[dataLength]]);
        return file;
    }
}

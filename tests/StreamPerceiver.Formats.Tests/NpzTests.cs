using System.IO.Compression;
using System.Text;

using FsCheck.Fluent;

namespace StreamPerceiver.Formats.Tests;

public sealed class NpzTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("npz-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Made with NumPy 1.24: savez and savez_compressed of arange(6) as (2, 3) in every type, and a few more.
    [Theory]
    [InlineData("stored.npz")]
    [InlineData("deflated.npz")]
    public void Arrays_that_NumPy_wrote_are_read(string name)
    {
        IReadOnlyDictionary<string, NpyArray> read = Npz.Read(Golden(name));

        (string Name, NpyType Type)[] types =
        [
            ("float16", NpyType.F16), ("float32", NpyType.F32), ("float64", NpyType.F64), ("int8", NpyType.I8), ("uint8", NpyType.U8),
            ("int16", NpyType.I16), ("int32", NpyType.I32), ("int64", NpyType.I64),
        ];
        foreach ((string type, NpyType expected) in types)
        {
            read[$"all/{type}"].Type.ShouldBe(expected);
            read[$"all/{type}"].Shape.ShouldBe([2, 3]);
            read[$"all/{type}"].ToFloats().ShouldBe([0, 1, 2, 3, 4, 5], type);
        }

        read["all/int16"].ToLongs().ShouldBe([0, 1, 2, 3, 4, 5]);
        read["all/bool"].ToLongs().ShouldBe([1, 0, 1, 0, 1, 0]);
        read["negative.i4"].ToLongs().ShouldBe([-1, int.MinValue]);
        read["scalar"].Shape.ShouldBeEmpty();
        read["scalar"].ToLongs().ShouldBe([7]);
        read["empty"].Shape.ShouldBe([0, 3]);
        read["empty"].ToFloats().ShouldBeEmpty();
        read["fortran"].Shape.ShouldBe([2, 3, 4]);
        read["fortran"].ToFloats().ShouldBe(Enumerable.Range(0, 24).Select(i => (float)i));
        read.Count.ShouldBe(types.Length + 5);
    }

    // NumPy's save of arange(6) as (2, 3) and of arange(3).
    [Fact]
    public void What_is_written_is_what_NumPy_writes()
    {
        Npy.Write(InFolder("floats"), NpyArray.FromFloats([2, 3], [0, 1, 2, 3, 4, 5]));
        Npy.Write(InFolder("longs"), NpyArray.FromLongs([3], [0, 1, 2]));

        File.ReadAllBytes(InFolder("floats")).ShouldBe(File.ReadAllBytes(Golden("floats.npy")));
        File.ReadAllBytes(InFolder("longs")).ShouldBe(File.ReadAllBytes(Golden("longs.npy")));
        Npy.ToBytes(NpyArray.FromLongs([3], [0, 1, 2])).ShouldBe(File.ReadAllBytes(Golden("longs.npy")));
    }

    [Theory]
    [InlineData("floats.npy")]
    [InlineData("format2.npy")]
    [InlineData("format3.npy")]
    public void Every_format_is_read(string name) => Npy.Read(Golden(name)).ToFloats().ShouldBe([0, 1, 2, 3, 4, 5]);

    [Fact]
    public void What_is_written_is_read_back() => Prop.ForAll(
        Gen.Choose(0, (int)NpyType.U64).ToArbitrary(),
        Gen.ArrayOf(Gen.Choose(0, 4)).ToArbitrary(),
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        (type, sizes, seed) =>
        {
            long[] shape = [.. sizes.Take(4).Select(s => (long)s)];
            byte[] bytes = new byte[shape.Aggregate(1L, (a, b) => a * b) * NpyArray.SizeOf((NpyType)type)];
            new Random(seed).NextBytes(bytes);
            Dictionary<string, NpyArray> arrays = new() { ["a/b.c"] = new NpyArray((NpyType)type, shape, bytes), ["d"] = NpyArray.FromFloats([1], [2]) };
            Npz.Write(InFolder("x.npz"), arrays);
            IReadOnlyDictionary<string, NpyArray> read = Npz.Read(InFolder("x.npz"));
            return read.Keys.SequenceEqual(arrays.Keys)
                && read.All(r => r.Value.Type == arrays[r.Key].Type && r.Value.Shape.SequenceEqual(arrays[r.Key].Shape)
                    && r.Value.Bytes.Span.SequenceEqual(arrays[r.Key].Bytes.Span));
        }).Holds();

    [Fact]
    public void A_container_does_not_tell_when_it_was_written()
    {
        Npz.Write(InFolder("x.npz"), new Dictionary<string, NpyArray> { ["a"] = NpyArray.FromLongs([2], [1, 2]) });

        using ZipArchive archive = ZipFile.OpenRead(InFolder("x.npz"));
        archive.Entries.ShouldHaveSingleItem().LastWriteTime.DateTime.ShouldBe(new DateTime(1980, 1, 1));
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 8, "holds elements of type '|O': expected one of <f2, <f4")]
    [InlineData("{'descr': '>c8', 'fortran_order': False, 'shape': (1,), }", 8, "holds elements of type '>c8'")]
    [InlineData("{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (1,), }", 8, "holds elements of type '<M8[ns]'")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", 4, "holds elements of type [('a', '<f4')]")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 4, "has 4 bytes of data, which are not F32 [2]")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", 0, "which are not F32 [4294967296, 4294967296]")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", 4, "which are not F32")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", 4, "its header is")]
    [InlineData("{'descr': '<f4', 'fortran_order': 1, 'shape': (1,), }", 4, "its header is")]
    [InlineData("{'descr': '<f4', 'shape': (1,), }", 4, "its header is")]
    [InlineData("", 4, "its header is")]
    public void A_header_that_lies_is_refused(string header, int dataLength, string fact) =>
        Refusal([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. new byte[dataLength]]).ShouldContain(fact);

    [Fact]
    public void An_array_of_very_many_axes_is_refused_with_their_number()
    {
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Concat(Enumerable.Repeat("1,", 65))}), }}";

        Refusal([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), 0, 0, 0, 0])
            .ShouldContain("has 65 axes: expected at most 64");
    }

    [Theory]
    [InlineData(4, 1, "is of format 4.0: expected 1.0 to 3.0")]
    [InlineData(1, 250, "has a header of 250 bytes: 4 follow")]
    public void A_prefix_that_lies_is_refused(byte major, byte length, string fact) =>
        Refusal([0x93, .. "NUMPY"u8, major, 0, length, 0, .. "{}  "u8]).ShouldContain(fact);

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        byte[] whole = File.ReadAllBytes(Golden("floats.npy"));
        for (int length = 0; length < whole.Length; length++)
            Refusal(whole[..length]);
    }

    [Fact]
    public void A_container_with_a_byte_changed_is_read_or_refused_and_nothing_worse()
    {
        Npz.Write(InFolder("whole"), new Dictionary<string, NpyArray> { ["a"] = NpyArray.FromLongs([2], [1, 2]) });
        byte[] whole = File.ReadAllBytes(InFolder("whole"));
        for (int place = 0; place < whole.Length; place++)
        {
            foreach (byte value in new byte[] { 0, 1, (byte)'9', 0x80, 0xFF })
            {
                byte[] changed = [.. whole];
                changed[place] = value;
                File.WriteAllBytes(InFolder("changed"), changed);
                try
                {
                    Npz.Read(InFolder("changed"));
                }
                catch (ArrayFileException)
                {
                }
            }
        }
    }

    [Fact]
    public void An_array_in_a_container_is_refused_by_its_name()
    {
        using (ZipArchive archive = ZipFile.Open(InFolder("x.npz"), ZipArchiveMode.Create))
        using (Stream stream = archive.CreateEntry("weights.npy").Open())
            stream.Write("nothing"u8);

        Should.Throw<ArrayFileException>(() => Npz.Read(InFolder("x.npz")))
            .Message.ShouldBe($"{InFolder("x.npz")}: 'weights': is no .npy file: expected it to begin with \\x93NUMPY");
    }

    [Fact]
    public void Numbers_that_float32_cannot_hold_are_refused()
    {
        Should.Throw<ArrayFileException>(() => NpyArray.FromLongs([1], [16777217]).ToFloats())
            .Message.ShouldBe("array I64 [1]: 16777217 has no equal in float32");
        Should.Throw<ArrayFileException>(() => NpyArray.FromLongs([1], [long.MaxValue]).ToFloats())
            .Message.ShouldContain("9223372036854775807");
        Should.Throw<ArrayFileException>(() => new NpyArray(NpyType.F64, [1], BitConverter.GetBytes(1e300)).ToFloats())
            .Message.ShouldContain("1E+300 is beyond the range of float32");
        Should.Throw<ArrayFileException>(() => NpyArray.FromFloats([1], [1]).ToLongs()).Message.ShouldBe("array F32 [1]: expected whole numbers");
        Should.Throw<ArrayFileException>(() => Npy.Write(InFolder("x"), NpyArray.FromFloats([2], [1])))
            .Message.ShouldContain("an array F32 [2] cannot have 4 bytes");
    }

    private string Refusal(byte[] content)
    {
        File.WriteAllBytes(InFolder("x.npy"), content);
        string message = Should.Throw<ArrayFileException>(() => Npy.Read(InFolder("x.npy"))).Message;
        message.ShouldContain(InFolder("x.npy"));
        return message;
    }

    private static string Golden(string file) => Path.Combine(AppContext.BaseDirectory, "Golden", "npz", file);

    private string InFolder(string file) => Path.Combine(_folder, file);
}

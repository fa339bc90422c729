using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

using FsCheck.Fluent;

namespace StreamPerceiver.Model.Tests;

public sealed partial class PickleTests
{


    // Each runs the shell's "touch" on this file, or evaluates Python that does, where a pickle is trusted.
    [Theory]
    [InlineData("pytorch_model.bin", "posix.system")]
    [InlineData("pytorch_model_legacy.bin", "posix.system")]
    [InlineData("pytorch_model_mixed.bin", "__builtin__.eval")]
    [InlineData("pytorch_model_protocol4.bin", "posix.system")]
    public void A_pickle_that_would_run_something_is_refused_by_its_name_and_runs_nothing(string name, string refused)
    {
        string file = Golden.PathOf($"torch/evil/{name}");
        string trace = Trace().Match(Encoding.Latin1.GetString(File.ReadAllBytes(file))).Groups[1].Value;
        trace.ShouldNotBeEmpty();
        File.Delete(trace);

        string message = Should.Throw<CheckpointException>(() => TorchFile.Read(file)).Message;

        message.ShouldContain(name);
        message.ShouldContain($"refers to '{refused}', which is not among the constructors of tensors: nothing was run");
        File.Exists(trace).ShouldBeFalse();
    }

    // Made with CPython's pickle.dumps(value, protocol).
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Every_protocol_says_the_same(int protocol)
    {
        PickleDict value = Read(Stored(protocol)).ShouldBeOfType<PickleDict>();

        Dictionary<string, object?> read = new(PickleValues.Entries("x", "the dictionary", value));
        read["none"].ShouldBeNull();
        List(read["flags"]).ShouldBe([true, false]);
        List(read["ints"]).ShouldBe(
        [
            0L, 1L, 255L, 256L, 65535L, 65536L, -1L, -(1L << 31), 1L << 31, long.MaxValue, long.MinValue, BigInteger.Pow(2, 63), -BigInteger.Pow(10, 30),
        ]);
        List(read["floats"]).ShouldBe([1.5, -0.1, 1e300]);
        read["text"].ShouldBe("aé€😀\\u0041 line\nend");
        object? bytes = read["bytes"] is PickleObject { Constructor: "_codecs.encode", Arguments: [string text, "latin1"] }
            ? text.Select(c => (byte)c).ToArray()
            : read["bytes"];
        bytes.ShouldBe(new byte[] { 0, 0xFF, (byte)'\n' });
        List(read["tuples"]).Select(t => t.ShouldBeOfType<PickleTuple>().Items).ShouldBe([[], [1L], [1L, 2L], [1L, 2L, 3L], [1L, 2L, 3L, 4L]]);
        List(read["same"]).ShouldAllBe(t => ReferenceEquals(t, read["tuples"]));
    }

    [Fact]
    public void A_pickle_cut_off_anywhere_is_refused()
    {
        for (int protocol = 0; protocol <= 5; protocol++)
        {
            byte[] whole = Stored(protocol);
            for (int length = 0; length < whole.Length; length++)
                Should.Throw<CheckpointException>(() => Read(whole[..length]), $"protocol {protocol} cut to {length} of {whole.Length} bytes");
        }
    }

    [Fact]
    public void A_pickle_with_bytes_changed_is_read_or_refused_and_nothing_worse() => Prop.ForAll(
        Gen.Choose(0, 5).ToArbitrary(),
        Gen.ArrayOf(Gen.Choose(0, int.MaxValue)).ToArbitrary(),
        (protocol, changes) =>
        {
            byte[] bytes = Stored(protocol);
            foreach (int change in changes)
                bytes[change % bytes.Length] = (byte)(change / bytes.Length);
            ReadOrRefuse(bytes);
        }).Holds();

    [Fact]
    public void A_pickle_of_any_bytes_is_read_or_refused_and_nothing_worse() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        seed =>
        {
            Random random = new(seed);
            for (int i = 0; i < 200; i++)
            {
                byte[] bytes = new byte[40];
                random.NextBytes(bytes);
                ReadOrRefuse(bytes);
            }
        }).Holds();

    [Theory]
    [InlineData(new byte[] { 0x80, 6 }, "byte 0: protocol 6: at most 5 is supported")]
    [InlineData(new byte[] { (byte)'N', (byte)'i' }, "byte 1: instruction 0x69 is none that pickles of arrays use")]
    [InlineData(new byte[] { (byte)'B', 0xFF, 0xFF, 0xFF, 0xFF }, "byte 0: 4294967295 bytes should follow, but 0 are left")]
    [InlineData(new byte[] { 0x8E, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, "18446744073709551615 bytes should follow, but 0 are left")]
    [InlineData(new byte[] { 0x8B, 0xFF, 0xFF, 0xFF, 0xFF }, "the length -1 is negative")]
    [InlineData(new byte[] { 0x8C, 1, 0xFF }, "a text is not valid UTF-8")]
    [InlineData(new byte[] { (byte)'.' }, "takes a value that was not put there")]
    [InlineData(new byte[] { (byte)'N', (byte)'(', (byte)'.' }, "takes a value that was not put there")]
    [InlineData(new byte[] { (byte)'t' }, "there is no mark")]
    [InlineData(new byte[] { (byte)'j', 0xFF, 0xFF, 0xFF, 0xFF }, "recalls value 4294967295, which was not kept")]
    [InlineData(new byte[] { (byte)'N', (byte)'N', (byte)'a' }, "appends to None: expected a list")]
    [InlineData(new byte[] { (byte)'N', (byte)'N', (byte)'N', (byte)'s' }, "sets a key of None: expected a dictionary")]
    [InlineData(new byte[] { (byte)'}', (byte)'(', (byte)'N', (byte)'u' }, "a key has no value")]
    [InlineData(new byte[] { (byte)'N', (byte)')', (byte)'R' }, "calls None with a tuple of 0: expected a name and a tuple")]
    [InlineData(new byte[] { (byte)'N', (byte)'N', (byte)'b' }, "sets the state of None")]
    [InlineData(new byte[] { (byte)'I', (byte)'x', (byte)'\n' }, "'x' is no whole number")]
    [InlineData(new byte[] { (byte)'F', (byte)'x', (byte)'\n' }, "'x' is no number")]
    [InlineData(new byte[] { (byte)'V', (byte)'\\', (byte)'u', (byte)'1', (byte)'\n' }, "'\\u1' is no character")]
    public void A_damaged_pickle_is_refused_with_its_offset(byte[] bytes, string fact)
    {
        string message = Should.Throw<CheckpointException>(() => Read(bytes)).Message;

        message.ShouldContain("some file");
        message.ShouldContain(fact);
    }

    [Fact]
    public void A_pickle_cannot_fill_the_memory()
    {
        byte[] bytes = new byte[10_000_002];
        Array.Fill(bytes, (byte)'0');
        for (int i = 0; i < bytes.Length; i += 2)
            bytes[i] = (byte)'N';

        Should.Throw<CheckpointException>(() => Read(bytes)).Message.ShouldContain("has more than 10000000 instructions");
    }

    [GeneratedRegex(@"touch (/[\w/]+)")]
    private static partial Regex Trace();

    private static byte[] Stored(int protocol) => File.ReadAllBytes(Golden.PathOf($"pickle/protocol{protocol}.pkl"));

    private static List<object?> List(object? value) => value.ShouldBeOfType<List<object?>>();

    private static object? Read(byte[] bytes) =>
        new PickleReader(new PickleInput("some file", "the pickle", new MemoryStream(bytes)), new HashSet<string> { "_codecs.encode" }).Read();

    private static void ReadOrRefuse(byte[] bytes)
    {
        try
        {
            Read(bytes);
        }
        catch (CheckpointException)
        {
        }
    }
}

using System.IO.Compression;

namespace StreamPerceiver.Formats.Tests;

/// <summary>What is known of the arrays of a container before their data are read.</summary>
public sealed class NpzShapeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("formats-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Shapes_are_read_without_the_data()
    {
        NpyArray a = NpyArray.FromLongs([2, 3], new long[6]), b = NpyArray.FromFloats([], [1]);
        Npz.Write(InFolder("x.npz"), new Dictionary<string, NpyArray> { ["a"] = a, ["b"] = b });

        IReadOnlyDictionary<string, NpyShape> shapes = Npz.ReadShapes(InFolder("x.npz"));

        (shapes["a"].Type, shapes["a"].Count, shapes["a"].Bytes).ShouldBe((NpyType.I64, 6, 48));
        shapes["a"].Shape.ShouldBe([2, 3]);
        shapes["b"].Shape.ShouldBeEmpty();
        new NpyShape(NpyType.I64, [long.MaxValue, long.MaxValue]).Bytes.ShouldBe(long.MaxValue);
        new NpyShape(NpyType.I64, [0, long.MaxValue]).Bytes.ShouldBe(0);
    }

    [Fact]
    public void Arrays_that_unpack_to_more_than_the_limit_are_refused_before_they_are_read()
    {
        using (ZipArchive archive = ZipFile.Open(InFolder("x.npz"), ZipArchiveMode.Create))
        {
            byte[] zeros = new byte[1 << 24];
            for (int i = 0; i < 2; i++)
            {
                using Stream entry = archive.CreateEntry($"{i}.npy", CompressionLevel.Fastest).Open();
                for (int j = 0; j <= 32; j++) entry.Write(zeros);
            }
        }

        Should.Throw<ArrayFileException>(() => Npz.Read(InFolder("x.npz"))).Message.ShouldBe(
            $"{InFolder("x.npz")}: has arrays of more than 1073741824 bytes together, expected at most so many: split it");
    }

    private string InFolder(string file) => Path.Combine(_folder, file);
}

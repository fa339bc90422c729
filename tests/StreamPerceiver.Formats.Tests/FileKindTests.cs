using System.IO.Compression;
using System.Text;

namespace StreamPerceiver.Formats.Tests;

public sealed class FileKindTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("formats-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", "is a Git LFS pointer to a file of 12 bytes, expected that: "
        + "\"git lfs pull\" fetches the file itself")]
    [InlineData("\n<!DOCTYPE HTML><title>Sign in</title>", "is an HTML page, expected that: the server sent a page in place of the file, ")]
    [InlineData("<?xml version=\"1.0\"?><Error/>", "is an XML document, expected that: ")]
    [InlineData("\uFEFF{\"error\": 1}", "is JSON, expected that")]
    [InlineData("Invalid username or password.\n", "is a text that begins with 'Invalid username or password.', expected that: ")]
    [InlineData("", "is empty, expected that: download or copy it again")]
    [InlineData("\0\0\0\0", "is 4 bytes that begin with zeros, expected that: ")]
    [InlineData("GGUF\u0003\0", "is a GGUF file, expected that: ")]
    public void A_file_is_named_as_what_it_is_with_the_way_on(string content, string problem)
        => FileKind.Problem(Write(content), "that").ShouldNotBeNull().ShouldStartWith(problem);

    [Fact]
    public void A_directory_and_a_missing_file_are_named()
    {
        FileKind.Problem(_folder, "a picture").ShouldBe("is a directory, expected a picture");
        FileKind.Problem(Path.Combine(_folder, "none"), "a picture").ShouldBe("no such file");
    }

    [Fact]
    public void Files_of_arrays_and_weights_are_told_apart()
    {
        Npz.Write(Path.Combine(_folder, "a.npz"), new Dictionary<string, NpyArray> { ["a"] = NpyArray.FromFloats([1], [1]) });
        Npy.Write(Path.Combine(_folder, "a.npy"), NpyArray.FromFloats([1], [1]));
        using (ZipArchive archive = ZipFile.Open(Path.Combine(_folder, "a.bin"), ZipArchiveMode.Create)) archive.CreateEntry("archive/data.pkl");
        File.WriteAllBytes(Path.Combine(_folder, "a.pickle"), [0x80, 4, 0x95]);

        FileKind.Of(Path.Combine(_folder, "a.npz")).ShouldBe(FileKind.Npz);
        FileKind.Of(Path.Combine(_folder, "a.npy")).ShouldBe(FileKind.Npy);
        FileKind.Of(Path.Combine(_folder, "a.bin")).ShouldBe(FileKind.Torch);
        FileKind.Of(Path.Combine(_folder, "a.pickle")).ShouldBe(FileKind.Pickle);
        FileKind.Of(Write("\u0010\0\0\0\0\0\0\0{\"a\":1}         ")).ShouldBe(FileKind.SafeTensors);
        FileKind.Of(Write("\u0001\u0002\u0003")).ShouldBeNull();
        Should.Throw<ArrayFileException>(() => Npz.Read(Path.Combine(_folder, "a.npy"))).Message.ShouldEndWith(
            "a.npy: is a single NumPy array (.npy), expected an .npz file of NumPy arrays: numpy.savez(file, inputs=array) writes an .npz file");
    }

    private string Write(string content)
    {
        string file = Path.Combine(_folder, "x");
        File.WriteAllBytes(file, Encoding.UTF8.GetBytes(content));
        return file;
    }
}

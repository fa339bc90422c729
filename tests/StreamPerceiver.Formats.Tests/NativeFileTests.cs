
namespace StreamPerceiver.Formats.Tests;

/// <summary>Messages about a native library that is missing or damaged.</summary>
public sealed class NativeFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("native-file-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_missing_file_is_named_with_the_folders_where_it_was_looked_for()
    {
        string message = Should.Throw<DllNotFoundException>(() => NativeFile.Find("libmissing.so")).Message;

        message.ShouldStartWith("libmissing.so is missing, expected in ");
        message.ShouldContain((string)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")!);
    }

    [Fact]
    public void A_missing_file_of_a_known_folder_is_named()
    {
        string file = Path.Combine(_folder, "libmissing.so");

        Should.Throw<DllNotFoundException>(() => NativeFile.Load(file)).Message.ShouldBe($"{file} is missing. Build or publish again");
    }

    [Fact]
    public void A_damaged_file_is_named_in_one_line_with_the_reason_and_the_remedy()
    {
        string file = Path.Combine(_folder, "libdamaged.so");
        File.WriteAllText(file, "no library");

        Should.Throw<DllNotFoundException>(() => NativeFile.Load(file, "Take another"))
            .Message.ShouldBe($"{file} cannot be loaded: file too short. Take another");
    }
}

namespace StreamPerceiver.Model.Tests;

/// <summary>TorchSharp's library where the system lacks the version that it asks for.</summary>
public sealed class TorchSharpLibraryFileTests
{
    private static readonly string Real = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");

    [Fact]
    public void The_packages_library_differs_by_one_byte_with_its_need_marked_as_weak()
    {
        byte[] before = File.ReadAllBytes(Real), after = TorchSharpLibraryFile.WithWeakNeed(Real, [.. before]);

        after.Length.ShouldBe(before.Length);
        Enumerable.Range(0, before.Length).Count(i => before[i] != after[i]).ShouldBe(1);
    }

    [Fact]
    public void Another_library_is_refused_with_its_file_and_both_hashes()
    {
        string message = Should.Throw<DllNotFoundException>(() => TorchSharpLibraryFile.WithWeakNeed("/app/libLibTorchSharp.so", [1, 2, 3])).Message;

        message.ShouldContain(
            "/app/libLibTorchSharp.so is not libLibTorchSharp.so of TorchSharp 0.107.0: SHA-256 "
                + "039058C6F2C0CB492C533B0A4D14EF77CC0F78ABCCCED5287D84A1A2011CFB81, expected CF33B1B0");
        message.ShouldNotContain("\n");
    }
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>
/// Loads TorchSharp's native library on a system whose libstdc++ is older than GCC 13's (Debian 12). The library requires the version GLIBCXX_3.4.32 for
/// one symbol, std::ios_base_library_init, which is never called: the library has no relocation to the symbol. This class therefore marks the
/// requirement as weak (VER_FLG_WEAK, System V ABI, symbol versioning) in a copy in memory, and loads the copy.
/// </summary>
internal static partial class TorchSharpLibraryFile
{
    private const string KnownFile = "libLibTorchSharp.so of TorchSharp 0.107.0";
    private const string KnownSha256 = "CF33B1B0BB6BBB9754A768FB5C5D04D9F498603BE50E73F55621A0B40EE608B8";

    private const string Version = "GLIBCXX_3.4.32";

    // An Elfxx_Vernaux begins with the hash of the version's name, and two bytes of flags.
    private static readonly byte[] Need = [0x42, 0xF8, 0x97, 0x02, 0x00, 0x00];
    private const byte Weak = 2;

    /// <summary>Loads the library. It marks the requirement as weak where the system lacks the version.</summary>
    /// <exception cref="DllNotFoundException">The library cannot be loaded for another reason, or is not the known file.</exception>
    public static nint Load(string file)
    {
        try
        {
            return NativeFile.Load(file);
        }
        catch (DllNotFoundException e) when (e.Message.Contains(Version, StringComparison.Ordinal))
        {
            return LoadWithWeakNeed(file);
        }
    }

    private static nint LoadWithWeakNeed(string file)
    {
        byte[] library = WithWeakNeed(file, File.ReadAllBytes(file));
        int descriptor = CreateInMemory(Path.GetFileName(file), flags: 0);
        if (descriptor < 0) throw new DllNotFoundException($"{file}: memfd_create: error {Marshal.GetLastPInvokeError()}");
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.Write(handle, library, 0);
        return NativeLibrary.Load($"/proc/self/fd/{descriptor}");
    }

    /// <summary>Marks the requirement as weak in the library's bytes, and returns these bytes.</summary>
    /// <exception cref="DllNotFoundException">The library is not the known file.</exception>
    internal static byte[] WithWeakNeed(string file, byte[] library)
    {
        string found = Convert.ToHexString(SHA256.HashData(library));
        if (found != KnownSha256)
            throw new DllNotFoundException(
                $"this system's libstdc++ lacks {Version}, and {file} is not {KnownFile}: SHA-256 {found}, expected {KnownSha256}. "
                + "Build or publish again with that version, or take a system with GCC 13's libstdc++ or a later one (Debian 13, Ubuntu 24.04)");
        library[library.AsSpan().IndexOf(Need) + 4] = Weak;
        return library;
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int CreateInMemory(string name, uint flags);
}

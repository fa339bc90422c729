using System.Runtime.InteropServices;

namespace StreamPerceiver.Formats;

/// <summary>
/// The environment that native libraries see. .NET keeps a copy of its own, so what <see cref="Environment"/> sets never reaches them; and most
/// of them read theirs once, when they are loaded.
/// </summary>
public static partial class NativeEnvironment
{
    /// <summary>Sets a variable unless the user has; the value in force.</summary>
    public static string SetDefault(string name, string value)
    {
        if (Marshal.PtrToStringUTF8(Get(name)) is { Length: > 0 } chosen) return chosen;
        if (Set(name, value, overwrite: 1) != 0) throw new StreamPerceiverException($"environment variable {name} could not be set to '{value}'");
        return value;
    }

    /// <summary>
    /// Has the C library share one heap among all threads, and keep there what is freed. By default it makes eight a core, and what each of them once held
    /// at its peak stays resident: of decoded pictures and fetched answers that is more than there ever was at one time. And it gives large pieces back to
    /// the system at once: a run of a large model then spends half of its time on fresh pages.
    /// </summary>
    public static void ShareHeap()
    {
        _ = SetMalloc(ArenaMax, 1);
        _ = SetMalloc(MmapThreshold, LargestPiece);
        _ = SetMalloc(TrimThreshold, LargestPiece);
    }

    // mallopt(3)
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int ArenaMax = -8;

    private const int LargestPiece = 1 << 30;

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetMalloc(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Get(string name);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(string name, string value, int overwrite);
}

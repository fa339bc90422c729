using System.Runtime.InteropServices;

namespace StreamPerceiver.Formats;

/// <summary>
/// Sets the environment of native libraries. .NET keeps a copy of its own, so variables set by <see cref="Environment"/> do not reach them. Most libraries
/// read their variables once, when they are loaded.
/// </summary>
public static partial class NativeEnvironment
{
    /// <summary>Sets a variable unless the user has set it. Returns the value in force.</summary>
    public static string SetDefault(string name, string value)
    {
        if (Marshal.PtrToStringUTF8(Get(name)) is { Length: > 0 } chosen) return chosen;
        if (Set(name, value, overwrite: 1) != 0) throw new StreamPerceiverException($"environment variable {name} could not be set to '{value}'");
        return value;
    }

    /// <summary>
    /// Makes the C library share one heap among all threads, and keep freed memory there. By default it makes eight heaps a core, and each stays at its own
    /// peak. The sum is more than was ever in use at one time. By default it also returns large blocks to the system at once, and a large model then
    /// spends half of its time on new pages.
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

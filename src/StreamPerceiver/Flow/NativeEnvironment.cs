using System.Runtime.InteropServices;

namespace StreamPerceiver.Flow;

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

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Get(string name);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(string name, string value, int overwrite);
}

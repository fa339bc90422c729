using System.Runtime.InteropServices;

namespace StreamPerceiver.Model;

/// <summary>A file of libtorch or TorchSharp.</summary>
internal static class LibraryFile
{
    /// <summary>The remedy for a file that is missing or damaged.</summary>
    public const string BuildAgain = "Build or publish again";

    /// <summary>Loads a file.</summary>
    /// <exception cref="DllNotFoundException">It is missing or cannot be loaded; the message, one line, has the file and the system's reason.</exception>
    public static nint Load(string file)
    {
        if (!File.Exists(file)) throw new DllNotFoundException($"{file} is missing. {BuildAgain}");
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException($"{file} cannot be loaded: {Reason(e)}. {BuildAgain}", e);
        }
    }

    // The runtime's message has lines of advice before the system's reason.
    private static string Reason(DllNotFoundException e) => e.Message.TrimEnd().Split('\n')[^1];
}

using System.Runtime.InteropServices;

namespace StreamPerceiver.Flow;

/// <summary>Native libraries of packages, which lie beside the assemblies.</summary>
public static class NativeFile
{
    /// <summary>The remedy for a package's file that is missing or damaged.</summary>
    public const string BuildAgain = "Build or publish again";

    /// <summary>Returns the file of a library, from the first folder that has one.</summary>
    /// <param name="name">The file's name.</param>
    /// <exception cref="DllNotFoundException">No folder has it.</exception>
    public static string Find(string name)
    {
        string folders = (string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? AppContext.BaseDirectory;
        return folders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new DllNotFoundException($"{name} is missing, expected in {folders}. {BuildAgain}");
    }

    /// <summary>Loads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="remedy">What to do where that fails, after the reason.</param>
    /// <exception cref="DllNotFoundException">It cannot be loaded; the message, one line, has the file, the system's reason and the remedy.</exception>
    public static nint Load(string file, string remedy)
    {
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (DllNotFoundException e)
        {
            // The runtime's message has lines of advice before the system's reason, which may begin with the file.
            string reason = e.Message.TrimEnd().Split('\n')[^1];
            if (reason.StartsWith($"{file}: ", StringComparison.Ordinal)) reason = reason[(file.Length + 2)..];
            throw new DllNotFoundException($"{file} cannot be loaded: {reason}. {remedy}", e);
        }
    }
}

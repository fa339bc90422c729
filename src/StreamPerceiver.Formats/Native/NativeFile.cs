using System.Runtime.InteropServices;

namespace StreamPerceiver.Formats;

/// <summary>
/// Native libraries of packages, which lie beside the assemblies. They are loaded by path, so that a library of the system never takes their place.
/// </summary>
public static class NativeFile
{
    /// <summary>The remedy for a package's file that is missing or damaged.</summary>
    public const string BuildAgain = "Build or publish again";

    /// <summary>Finds the file of a library, in the first folder that has one.</summary>
    /// <param name="name">The file's name, such as <c>libtorch.so</c>.</param>
    /// <exception cref="DllNotFoundException">No folder has it.</exception>
    public static string Find(string name)
    {
        string folders = (string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? AppContext.BaseDirectory;
        return folders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new DllNotFoundException($"{name} is missing, expected in {folders}. {BuildAgain}");
    }

    /// <summary>Loads a library by its path.</summary>
    /// <param name="file">The file.</param>
    /// <param name="remedy">What to do where it cannot be loaded, after the reason.</param>
    /// <exception cref="DllNotFoundException">It is missing or damaged. The message, one line, has the file, the system's reason and the remedy.</exception>
    public static nint Load(string file, string remedy = BuildAgain)
    {
        if (!File.Exists(file)) throw new DllNotFoundException($"{file} is missing. {BuildAgain}");
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException($"{file} cannot be loaded: {Reason(e, file)}. {remedy}", e);
        }
    }

    // The runtime's message has lines of advice before the system's reason, which may begin with the file.
    private static string Reason(DllNotFoundException e, string file)
    {
        string reason = e.Message.TrimEnd().Split('\n')[^1];
        return reason.StartsWith($"{file}: ", StringComparison.Ordinal) ? reason[(file.Length + 2)..] : reason;
    }
}

using System.Runtime.InteropServices;

namespace StreamPerceiver.Flow;

/// <summary>Native libraries of packages, which lie beside the assemblies.</summary>
internal static class NativeFile
{
    /// <summary>The file of a library, from the first folder that has one.</summary>
    /// <exception cref="DllNotFoundException">No folder has it.</exception>
    public static string Find(string name)
    {
        string folders = (string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? AppContext.BaseDirectory;
        return folders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new DllNotFoundException($"{name} is missing, expected in {folders}: build or publish again");
    }

    /// <summary>Loads a file.</summary>
    /// <exception cref="DllNotFoundException">It cannot be loaded; the message, one line, has the file and the system's reason.</exception>
    public static nint Load(string file)
    {
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException($"{file} cannot be loaded: {e.Message.TrimEnd().Split('\n')[^1]}", e);
        }
    }
}

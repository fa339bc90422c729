namespace StreamPerceiver.Recordings.Files;

/// <summary>Writes files that appear under their names when they are whole.</summary>
public static class NewFile
{
    /// <summary>Writes a file. What is there keeps its content until the new one has reached the disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="replaces">Whether it may replace a file.</param>
    /// <param name="write">Writes the content, and returns a result.</param>
    /// <exception cref="RecordingException">A file is there and must not be replaced.</exception>
    public static T Write<T>(string path, bool replaces, Func<Stream, T> write)
    {
        if (File.Exists(path) && !replaces) throw new RecordingException($"{path}: is there already, expected a new name or --force");
        if (Directory.Exists(path)) throw new RecordingException($"{path}: is a folder, expected the name of a file");
        string unfinished = $"{path}.new";
        try
        {
            T result;
            using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 1 << 16))
            {
                result = write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: replaces);
            return result;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }
}

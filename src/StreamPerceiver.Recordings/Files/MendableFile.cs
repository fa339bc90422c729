using StreamPerceiver.Mcap;

namespace StreamPerceiver.Recordings.Files;

/// <summary>Errors of files that another verb mends.</summary>
internal static class MendableFile
{
    /// <summary>Reads something of a file. An error names the file and the verbs.</summary>
    /// <exception cref="RecordingException">The file is cut off or damaged.</exception>
    public static T Checked<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (McapException e)
        {
            throw new RecordingException($"{path}: {e.Message}; recording doctor says what is wrong, and recording recover writes what is whole", e);
        }
    }
}

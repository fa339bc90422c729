namespace StreamPerceiver.Formats;

/// <summary>Writes a file so that its name always holds a whole one: the old, or the new.</summary>
public static class AtomicFile
{
    /// <summary>Writes beside the file, to the disk, then moves over it. What fails leaves the old file as it was.</summary>
    public static void Write(string file, Action<Stream> write)
    {
        string beside = $"{file}.{Environment.ProcessId}.partial";
        try
        {
            using (FileStream stream = File.Create(beside))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, file, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}

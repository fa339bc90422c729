namespace StreamPerceiver.Recordings.Import;

/// <summary>Finds the files of a bag: one MCAP file, or a folder as rosbag2 writes it, with <c>metadata.yaml</c> and one or several files.</summary>
internal static class BagPlaces
{
    /// <summary>The end of the name of a file that rosbag2 has compressed as a whole.</summary>
    public const string Compressed = ".zstd";

    private const string Metadata = "metadata.yaml", Mcap = ".mcap";

    /// <summary>Returns the files of a bag, in the order of their messages.</summary>
    /// <exception cref="RecordingException">There is no bag, or one of another format.</exception>
    public static IReadOnlyList<string> FilesOf(string place)
    {
        if (File.Exists(place))
        {
            return IsMcap(place) ? [place] : throw new RecordingException(
                $"{place}: expected an MCAP file (.mcap, .mcap.zstd) or a folder of them; ros2 bag convert makes MCAP of other formats");
        }

        if (!Directory.Exists(place)) throw new RecordingException($"{place}: is not there, expected an MCAP file or a folder of them");
        string metadata = Path.Combine(place, Metadata);
        string[] files = File.Exists(metadata) ? Listed(place, metadata) : [.. Directory.GetFiles(place).Where(IsMcap).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new RecordingException($"{place}: found no file, expected MCAP files (.mcap, .mcap.zstd)");
    }

    // Three of the keys are needed, each on a line of its own as rosbag2 writes them.
    private static string[] Listed(string folder, string metadata)
    {
        string[] lines = [.. File.ReadAllLines(metadata).Select(line => line.Trim())];
        string storage = Value(lines, "storage_identifier:"), compression = Value(lines, "compression_format:");
        if (storage is not ("" or "mcap"))
            throw new RecordingException($"{metadata}: storage_identifier is {storage}, expected mcap; ros2 bag convert makes MCAP of it");
        if (compression is not ("" or "zstd")) throw new RecordingException($"{metadata}: compression_format is {compression}, expected zstd or none");
        int list = Array.IndexOf(lines, "relative_file_paths:");
        IEnumerable<string> names = list < 0 ? [] : lines.Skip(list + 1).TakeWhile(line => line.StartsWith("- ", StringComparison.Ordinal));
        return [.. names.Select(name => Path.Combine(folder, Unquoted(name[2..])))];
    }

    private static string Value(string[] lines, string key) => lines.Where(line => line.StartsWith(key, StringComparison.Ordinal))
        .Select(line => Unquoted(line[key.Length..])).FirstOrDefault("");

    private static string Unquoted(string text) => text.Trim().Trim('"', '\'');

    private static bool IsMcap(string path)
        => path.EndsWith(Mcap, StringComparison.OrdinalIgnoreCase) || path.EndsWith(Mcap + Compressed, StringComparison.OrdinalIgnoreCase);
}

namespace StreamPerceiver.Recordings.Conversion;

/// <summary>Converts records from one form to another. Records flow one by one, but for those of NumPy files, which are in memory as a whole.</summary>
public static class RecordConverter
{
    private static readonly (string Extension, RecordKind Kind)[] Extensions =
    [
        (".mcap", RecordKind.Recording), (".jsonl", RecordKind.Jsonl), (".ndjson", RecordKind.Jsonl), (".npz", RecordKind.Npz),
        (".parquet", RecordKind.Parquet),
    ];

    /// <summary>Finds the form of records by what is there.</summary>
    /// <param name="path">A file or folder.</param>
    /// <exception cref="RecordingException">It is not there, or in none of the forms, or in two.</exception>
    public static RecordKind KindOf(string path)
    {
        if (File.Exists(path)) return OfFile(path) ?? throw Unknown(path);
        if (!Directory.Exists(path)) throw new RecordingException($"{path}: is not there, expected a file or folder of records");
        bool hasTimes = File.Exists(Path.Combine(path, MediaFolder.TableName)), hasFiles = Directory.EnumerateFiles(path, "*.mcap").Any();
        if (hasTimes == hasFiles)
        {
            throw new RecordingException(
                $"{path}: has {(hasTimes ? "both" : "neither")} {MediaFolder.TableName} {(hasTimes ? "and" : "nor")} .mcap files, expected one of them"
                + (hasTimes ? ": state the kind" : ""));
        }

        return hasTimes ? RecordKind.Media : RecordKind.Recording;
    }

    /// <summary>Finds the form that a path to be written asks for. A folder gets media from a recording, and a recording from media.</summary>
    /// <param name="path">The path.</param>
    /// <param name="from">The form of what is read.</param>
    /// <exception cref="RecordingException">The path does not tell.</exception>
    public static RecordKind TargetKindOf(string path, RecordKind from)
    {
        if (OfFile(path) is { } kind) return kind;
        if (Path.GetExtension(path).Length > 0) throw Unknown(path);
        return from switch
        {
            RecordKind.Recording => RecordKind.Media,
            RecordKind.Media => RecordKind.Recording,
            _ => throw new RecordingException($"{path}: a folder may be a recording or media files, expected its kind to be stated"),
        };
    }

    /// <summary>Converts all records. Returns how many.</summary>
    /// <param name="from">The file or folder to read.</param>
    /// <param name="fromKind">Its form.</param>
    /// <param name="to">The file or folder to write, which must not be there.</param>
    /// <param name="toKind">Its form.</param>
    /// <param name="options">How they are converted (default: see there).</param>
    /// <exception cref="RecordingException">There is no record, or one cannot be read or written, or the output is there already.</exception>
    public static long Convert(string from, RecordKind fromKind, string to, RecordKind toKind, ConvertOptions? options = null)
    {
        if (File.Exists(to) || Directory.Exists(to)) throw new RecordingException($"{to}: is there already, expected a new name");
        options ??= new ConvertOptions();
        if (Path.GetDirectoryName(Path.GetFullPath(to)) is { } parent) Directory.CreateDirectory(parent);
        long count = 0;
        FormatOf(toKind).Write(to, Counted(), options);
        return count;

        IEnumerable<RecordedRecord> Counted()
        {
            foreach (RecordedRecord record in FormatOf(fromKind).Read(from, options))
            {
                count++;
                yield return record;
            }

            if (count == 0) throw new RecordingException($"{from}: has no records, expected at least one");
        }
    }

    private static IRecordFormat FormatOf(RecordKind kind) => kind switch
    {
        RecordKind.Recording => new McapRecords(),
        RecordKind.Media => new MediaFolder(),
        RecordKind.Jsonl => new JsonLines(),
        RecordKind.Npz => new NumpyReadings(),
        _ => new ParquetRecords(),
    };

    private static RecordKind? OfFile(string path)
        => Extensions.Where(e => path.EndsWith(e.Extension, StringComparison.OrdinalIgnoreCase)).Select(e => (RecordKind?)e.Kind).FirstOrDefault();

    private static RecordingException Unknown(string path) => new(
        $"{path}: '{Path.GetExtension(path)}' is no form of records, expected {string.Join(", ", Extensions.Select(e => e.Extension))}, or a folder");
}

namespace StreamPerceiver.Recordings.Conversion;

/// <summary>The forms in which records can be kept.</summary>
public enum RecordKind
{
    /// <summary>A recording: an MCAP file, or a folder of them.</summary>
    Recording,

    /// <summary>A folder of media files with their times in <c>times.csv</c>.</summary>
    Media,

    /// <summary>A file of JSON lines, one record a line.</summary>
    Jsonl,

    /// <summary>A NumPy file of readings: times and values by topic and entity.</summary>
    Npz,

    /// <summary>A Parquet file, one record a row.</summary>
    Parquet,
}

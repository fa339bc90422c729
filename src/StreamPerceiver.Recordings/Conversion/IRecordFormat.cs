namespace StreamPerceiver.Recordings.Conversion;

/// <summary>A form in which records can be kept. What is written is there as a whole, or not at all.</summary>
internal interface IRecordFormat
{
    /// <summary>Reads the records of a file or folder, in the order of their receipt.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="options">How they are read.</param>
    /// <exception cref="RecordingException">Names the file, the row, the value found, and what was expected.</exception>
    IEnumerable<RecordedRecord> Read(string path, ConvertOptions options);

    /// <summary>Writes records to a file or folder that is not there yet.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="records">The records, at least one, in the order of their receipt.</param>
    /// <param name="options">How they are written.</param>
    /// <exception cref="RecordingException">A record cannot be kept in this form.</exception>
    void Write(string path, IEnumerable<RecordedRecord> records, ConvertOptions options);
}

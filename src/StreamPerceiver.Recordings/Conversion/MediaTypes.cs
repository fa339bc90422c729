namespace StreamPerceiver.Recordings.Conversion;

/// <summary>The media types of files by their extensions: those that the inputs of pipelines take.</summary>
internal static class MediaTypes
{
    // Of several extensions of a type, the first is written; of several types of an extension, the first is read.
    private static readonly (string Extension, string Type)[] All =
    [
        (".jpg", "image/jpeg"), (".jpeg", "image/jpeg"), (".png", "image/png"), (".webp", "image/webp"), (".gif", "image/gif"), (".bmp", "image/bmp"),
        (".tif", "image/tiff"), (".tiff", "image/tiff"),
        (".mp4", "video/mp4"), (".m4v", "video/mp4"), (".ts", "video/mp2t"), (".webm", "video/webm"), (".mkv", "video/x-matroska"), (".mov", "video/quicktime"),
        (".avi", "video/x-msvideo"), (".h264", "video/h264"), (".h265", "video/h265"),
        (".wav", "audio/wav"), (".flac", "audio/flac"), (".ogg", "audio/ogg"), (".oga", "audio/ogg"), (".opus", "audio/opus"), (".mp3", "audio/mpeg"),
        (".aiff", "audio/aiff"), (".aif", "audio/aiff"), (".au", "audio/au"), (".m4a", "audio/mp4"), (".aac", "audio/aac"),
        (".json", "application/json"), (".ndjson", "application/x-ndjson"), (".jsonl", "application/x-ndjson"), (".csv", "text/csv"), (".txt", "text/plain"),
        (".npy", "application/x-npy"), (".pcd", "application/x-pcd"), (".ply", "application/x-ply"), (".cbor", "application/cbor"),
        (".msgpack", "application/msgpack"), (".bin", "application/octet-stream"),
    ];

    /// <summary>All extensions, for messages.</summary>
    public static string Extensions => string.Join(", ", All.Select(known => known.Extension));

    /// <summary>Returns the media type of a file; null where its extension is not known.</summary>
    public static string? Of(string path)
        => All.FirstOrDefault(known => known.Extension.Equals(Path.GetExtension(path), StringComparison.OrdinalIgnoreCase)).Type;

    /// <summary>Returns the extension of a media type, with or without parameters; <c>.bin</c> where it is not known.</summary>
    public static string ExtensionOf(string? contentType)
    {
        string type = contentType?.Split(';')[0].Trim() ?? "";
        return All.FirstOrDefault(known => known.Type.Equals(type, StringComparison.OrdinalIgnoreCase)).Extension ?? ".bin";
    }
}

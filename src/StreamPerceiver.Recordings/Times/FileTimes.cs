using StreamPerceiver.Mcap;

namespace StreamPerceiver.Recordings.Times;

/// <summary>Finds the times of an MCAP file by its summary.</summary>
internal static class FileTimes
{
    /// <summary>Returns the least time of a file's messages, in nanoseconds since 1970; 0 where its summary has none.</summary>
    public static long BeginNs(this McapFile file) => file.Summary.OfType<McapChunkIndex>().Select(chunk => (long)chunk.StartTime).DefaultIfEmpty().Min();
}

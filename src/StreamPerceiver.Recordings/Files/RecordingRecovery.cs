using StreamPerceiver.Mcap;

namespace StreamPerceiver.Recordings.Files;

/// <summary>What a recovery has kept of a channel.</summary>
/// <param name="Topic">The topic of the channel.</param>
/// <param name="Kept">Messages that were written.</param>
/// <param name="Lost">Messages that were not; null: not known, because the damaged file has no counts.</param>
public sealed record RecoveredChannel(string Topic, long Kept, long? Lost);

/// <summary>What a recovery has kept and lost.</summary>
/// <param name="Report">Counts, and what was wrong.</param>
/// <param name="Channels">By channel, in the order of their topics.</param>
/// <param name="FirstNs">The first log time, in nanoseconds since 1970; 0 where there is no message.</param>
/// <param name="LastNs">The last log time.</param>
public sealed record RecoveredRecording(McapRecoveryReport Report, IReadOnlyList<RecoveredChannel> Channels, long FirstNs, long LastNs);

/// <summary>Writes whole files out of damaged ones.</summary>
public static class RecordingRecovery
{
    /// <summary>Writes a whole file out of a damaged one, with chunks, indexes and a summary.</summary>
    /// <param name="path">The damaged file.</param>
    /// <param name="whole">Where the new file is written. It must be readable.</param>
    /// <exception cref="RecordingException">The file does not begin as an MCAP file.</exception>
    public static RecoveredRecording Recover(string path, Stream whole)
    {
        using FileStream damaged = File.OpenRead(path);
        McapFile? stated = Open(damaged);
        try
        {
            var options = new McapWriterOptions { Library = "StreamPerceiver", Compression = McapCompression.Lz4 }; // as a recording's
            McapRecoveryReport report = McapRecovery.Recover(damaged, whole, options);
            McapFile found = McapFile.Open(whole);
            IReadOnlyDictionary<ushort, ulong>? counts = stated?.Statistics?.ChannelMessageCounts;
            IEnumerable<ushort> ids = found.Channels.Keys.Union(counts?.Keys ?? []);
            RecoveredChannel[] channels =
            [
                .. ids.Select(id => OfChannel((found.Channels.GetValueOrDefault(id) ?? stated?.Channels.GetValueOrDefault(id))?.Topic ?? $"channel {id}", id))
                    .OrderBy(c => c.Topic, StringComparer.Ordinal),
            ];
            return new RecoveredRecording(report, channels, (long)found.Statistics!.StartTime, (long)found.Statistics.EndTime);

            RecoveredChannel OfChannel(string topic, ushort id)
            {
                long kept = (long)found.Statistics!.ChannelMessageCounts.GetValueOrDefault(id);
                return new RecoveredChannel(topic, kept, counts is null ? null : Math.Max(0, (long)counts.GetValueOrDefault(id) - kept));
            }
        }
        catch (McapException e)
        {
            throw new RecordingException($"{path}: {e.Message}", e);
        }
    }

    // Null where its end cannot be read.
    private static McapFile? Open(FileStream damaged)
    {
        try
        {
            return McapFile.Open(damaged);
        }
        catch (McapException)
        {
            return null;
        }
    }
}

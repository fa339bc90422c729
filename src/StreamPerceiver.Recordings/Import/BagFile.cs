using StreamPerceiver.Mcap;
using ZstdSharp;

namespace StreamPerceiver.Recordings.Import;

/// <summary>A message of a bag.</summary>
/// <param name="Channel">Its channel.</param>
/// <param name="Message">The message.</param>
internal sealed record BagMessage(BagChannel Channel, McapMessage Message);

/// <summary>A channel of a file.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Schema">Its schema; null: it has none.</param>
/// <param name="Messages">How many messages the file has of it.</param>
internal sealed record BagChannel(McapChannel Channel, McapSchema? Schema, long Messages);

/// <summary>
/// Reads a file of a bag: by its indexes in the order of the log times, or from its beginning where it has none, as rosbag2's preset <c>fastwrite</c> writes
/// it, or where it is compressed as a whole.
/// </summary>
internal sealed class BagFile
{
    private readonly string _path;
    private readonly bool _isIndexed;
    private readonly Dictionary<ushort, BagChannel> _channels;

    private BagFile(string path, bool isIndexed, long beginNs, Dictionary<ushort, BagChannel> channels)
        => (_path, _isIndexed, BeginNs, _channels) = (path, isIndexed, beginNs, channels);

    /// <summary>The least log time, in nanoseconds.</summary>
    public long BeginNs { get; }

    /// <summary>The channels.</summary>
    public IReadOnlyCollection<BagChannel> Channels => _channels.Values;

    /// <summary>Reads what a file has: its summary, or all of it where it has no indexes.</summary>
    /// <exception cref="RecordingException">The file is missing, damaged, or no MCAP file.</exception>
    public static BagFile Open(string path) => Checked(path, () =>
    {
        bool isCompressed = path.EndsWith(BagPlaces.Compressed, StringComparison.OrdinalIgnoreCase);
        if (!isCompressed && Indexed(path) is { } indexed) return indexed;
        using Stream stream = OpenStream(path);
        Dictionary<ushort, McapChannel> channels = [];
        Dictionary<ushort, McapSchema> schemas = [];
        Dictionary<ushort, long> counts = [];
        ulong begin = ulong.MaxValue;
        foreach (McapRecord record in McapReader.ReadRecords(stream))
        {
            switch (record)
            {
                case McapSchema schema:
                    schemas[schema.Id] = schema;
                    break;
                case McapChannel channel:
                    channels[channel.Id] = channel;
                    break;
                case McapMessage message:
                    counts[message.ChannelId] = counts.GetValueOrDefault(message.ChannelId) + 1;
                    begin = Math.Min(begin, message.LogTime);
                    break;
            }
        }

        return new BagFile(path, false, Nanoseconds(begin), channels.Values.ToDictionary(
            c => c.Id, c => new BagChannel(c, schemas.GetValueOrDefault(c.SchemaId), counts.GetValueOrDefault(c.Id))));
    });

    /// <summary>Reads the messages of the channels that are wanted.</summary>
    /// <param name="isWanted">Whether messages of a channel are read.</param>
    /// <exception cref="RecordingException">The file is damaged.</exception>
    public IEnumerable<BagMessage> Read(Predicate<BagChannel> isWanted)
    {
        using Stream stream = OpenStream(_path);
        using IEnumerator<McapMessage> messages = Checked(_path, () => Messages(stream, isWanted).GetEnumerator());
        while (Checked(_path, messages.MoveNext)) yield return new BagMessage(_channels[messages.Current.ChannelId], messages.Current);
    }

    /// <summary>Turns a time of a file into nanoseconds; one after 2262 becomes the last one.</summary>
    public static long Nanoseconds(ulong time) => (long)Math.Min(time, long.MaxValue);

    private IEnumerable<McapMessage> Messages(Stream stream, Predicate<BagChannel> isWanted)
    {
        HashSet<ushort> wanted = [.. _channels.Where(c => isWanted(c.Value)).Select(c => c.Key)];
        return _isIndexed
            ? McapFile.Open(stream).ReadMessages(channels: wanted)
            : McapReader.ReadRecords(stream).OfType<McapMessage>().Where(m => wanted.Contains(m.ChannelId));
    }

    private static BagFile? Indexed(string path)
    {
        using FileStream stream = File.OpenRead(path);
        McapFile file = McapFile.Open(stream);
        McapChunkIndex[] chunks = [.. file.Summary.OfType<McapChunkIndex>()];
        if (chunks.Length == 0 || file.Statistics is not { } statistics) return null;
        return new BagFile(path, true, Nanoseconds(chunks.Min(c => c.StartTime)), file.Channels.Values.ToDictionary(
            c => c.Id,
            c => new BagChannel(c, file.Schemas.GetValueOrDefault(c.SchemaId), (long)statistics.ChannelMessageCounts.GetValueOrDefault(c.Id))));
    }

    private static Stream OpenStream(string path)
        => path.EndsWith(BagPlaces.Compressed, StringComparison.OrdinalIgnoreCase)
            ? new DecompressionStream(File.OpenRead(path), leaveOpen: false)
            : File.OpenRead(path);

    private static T Checked<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FileNotFoundException e)
        {
            throw new RecordingException($"{path}: is not there, expected a file of the bag", e);
        }
        catch (Exception e) when (e is McapException or ZstdException or EndOfStreamException)
        {
            throw new RecordingException($"{path}: {e.Message}; recording recover writes what is whole to a new file", e);
        }
    }
}

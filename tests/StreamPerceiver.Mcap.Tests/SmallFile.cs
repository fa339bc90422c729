namespace StreamPerceiver.Mcap.Tests;

/// <summary>Small files with all kinds of records.</summary>
internal static class SmallFile
{
    /// <summary>The options of files with chunks of some hundred bytes, and of one without chunks.</summary>
    public static IReadOnlyDictionary<string, McapWriterOptions> Kinds { get; } = new Dictionary<string, McapWriterOptions>
    {
        ["no chunks"] = new() { Profile = "test", ChunkBytes = 0 },
        ["chunks"] = new() { Profile = "test", ChunkBytes = 400, Compression = McapCompression.None },
        ["lz4"] = new() { Profile = "test", ChunkBytes = 400, Compression = McapCompression.Lz4 },
        ["zstd"] = new() { Profile = "test", ChunkBytes = 400, Compression = McapCompression.Zstd },
    };

    /// <summary>Writes a file with two channels, a number of messages, an attachment and metadata.</summary>
    public static byte[] Write(McapWriterOptions options, int messages = 20, int payloadBytes = 24, bool isRandom = false)
    {
        var random = new Random(5);
        using var stream = new MemoryStream();
        using (var writer = new McapWriter(stream, options))
        {
            writer.Add(new McapSchema(1, "reading", "jsonschema", "{}"u8.ToArray()));
            writer.Add(new McapChannel(1, 1, "machines.imu/0", "json", new Dictionary<string, string> { ["partition"] = "0" }));
            writer.Add(new McapChannel(2, 0, "machines.sound/0", "", new Dictionary<string, string>()));
            writer.Add(new McapMetadata("machine", new Dictionary<string, string> { ["name"] = "press 4", ["site"] = "Zürich" }));
            for (int i = 0; i < messages; i++)
            {
                byte[] payload = new byte[payloadBytes];
                if (isRandom) random.NextBytes(payload);
                else payload.AsSpan().Fill((byte)i);
                writer.Add(new McapMessage((ushort)(i % 3 == 0 ? 2 : 1), (uint)i, (ulong)(1000 + i), (ulong)i, payload));
                if (i == messages / 2) writer.Add(new McapAttachment(7, 8, "photo", "image/jpeg", new byte[] { 1, 2, 3 }));
            }
        }

        return stream.ToArray();
    }

    /// <summary>A message as a text that shows all of it.</summary>
    public static string Text(McapMessage message)
        => $"{message.ChannelId} {message.Sequence} {message.LogTime} {message.PublishTime} {Convert.ToHexString(message.Data.Span)}";
}

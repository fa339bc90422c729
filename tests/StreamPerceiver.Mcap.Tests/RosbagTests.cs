using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace StreamPerceiver.Mcap.Tests;

/// <summary>Files that rosbag2's C++ library and the Go library wrote, beside what the reader <c>@mcap/core</c> reads of them.</summary>
public sealed class RosbagTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden", "rosbag2");
    private static readonly JsonObject Expected = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "expected.json")))!.AsObject();

    public static TheoryData<string> Names => [.. Expected.Select(e => e.Key)];

    [Fact]
    public void Every_file_has_its_expectation()
        => Directory.GetFiles(Folder, "*.mcap").Select(Path.GetFileName).ShouldBe(Expected.Select(e => e.Key), ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_is_read_by_its_indexes_as_the_independent_reader_reads_it(string name)
    {
        using FileStream stream = File.OpenRead(Path.Combine(Folder, name));
        var file = McapFile.Open(stream);
        McapMessage[] messages = [.. file.ReadMessages()];
        var found = new JsonObject
        {
            ["library"] = file.Header.Library,
            ["profile"] = file.Header.Profile,
            ["messages"] = messages.Length,
            ["payloadBytes"] = messages.Sum(m => m.Data.Length),
            ["firstLogTimeNs"] = $"{messages[0].LogTime}",
            ["lastLogTimeNs"] = $"{messages[^1].LogTime}",
            ["payloadsSha256InLogTimeOrder"] = Hash(messages),
            ["chunks"] = file.Summary.OfType<McapChunkIndex>().Count(),
            ["compression"] = new JsonArray([.. file.Summary.OfType<McapChunkIndex>().Select(c => (JsonNode)c.Compression).Distinct()]),
            ["schemas"] = new JsonArray([.. file.Schemas.Values.Select(s => s.Name).Distinct().Order(StringComparer.Ordinal).Select(s => (JsonNode)s)]),
            ["messagesByTopic"] = new JsonObject(
                messages.CountBy(m => file.Channels[m.ChannelId].Topic).Select(c => KeyValuePair.Create(c.Key, (JsonNode?)c.Value))),
            ["metadata"] = file.Summary.OfType<McapMetadataIndex>().Count(),
            ["attachments"] = file.Summary.OfType<McapAttachmentIndex>().Count(),
        };

        JsonNode.DeepEquals(found, Expected[name]).ShouldBeTrue($"{found}\nexpected\n{Expected[name]}");
        (file.Statistics!.MessageCount, file.Statistics.EndTime).ShouldBe(((ulong)messages.Length, messages[^1].LogTime));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_is_read_as_a_stream_to_the_same_messages(string name)
    {
        using FileStream stream = File.OpenRead(Path.Combine(Folder, name));
        McapRecord[] records = [.. McapReader.ReadRecords(stream)];
        Hash(records.OfType<McapMessage>().OrderBy(m => m.LogTime)).ShouldBe(Expected[name]!["payloadsSha256InLogTimeOrder"]!.GetValue<string>());
        records.OfType<McapMetadata>().Count().ShouldBe(Expected[name]!["metadata"]!.GetValue<int>());
    }

    [Fact]
    public void One_topic_is_read_without_the_others()
    {
        using FileStream stream = File.OpenRead(Path.Combine(Folder, "wbag__wbag_0.mcap"));
        var file = McapFile.Open(stream);
        ushort channel = file.Channels.Values.Single(c => c.Topic == "CCC").Id;
        McapMessage[] messages = [.. file.ReadMessages(channels: new HashSet<ushort> { channel })];
        messages.Length.ShouldBe(Expected["wbag__wbag_0.mcap"]!["messagesByTopic"]!["CCC"]!.GetValue<int>());
        messages.ShouldAllBe(m => m.ChannelId == channel);
    }

    private static string Hash(IEnumerable<McapMessage> messages)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (McapMessage message in messages) hash.AppendData(message.Data.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

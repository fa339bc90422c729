using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace StreamPerceiver.Mcap.Tests;

/// <summary>The MCAP project's own conformance suite: each file is written to the byte, and read to the record.</summary>
public sealed class ConformanceTests
{
    public static TheoryData<string> Names => [.. ConformanceVectors.All.Keys.Order()];

    [Fact]
    public void There_are_416_vectors() => ConformanceVectors.All.Count.ShouldBe(416);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_vector_is_written_to_the_byte(string name)
        => Convert.ToHexStringLower(SHA256.HashData(Write(ConformanceVectors.All[name]))).ShouldBe(ConformanceVectors.Hashes[name]);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_vector_is_read_as_a_stream(string name)
    {
        JsonNode vector = ConformanceVectors.All[name];
        var read = new JsonArray([.. McapReader.ReadRecords(new MemoryStream(Write(vector))).Select(JsonRecords.ToJson)]);
        read.ToJsonString().ShouldBe(vector["records"]!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_vector_is_read_by_its_indexes(string name)
    {
        JsonNode vector = ConformanceVectors.All[name];
        string[] features = ConformanceVectors.Features(vector);
        JsonNode[] records = [.. vector["records"]!.AsArray().Select(r => r!)];
        int end = Array.FindIndex(records, r => r["type"]!.GetValue<string>() == "DataEnd");
        var file = McapFile.Open(new MemoryStream(Write(vector)));
        file.Summary.Select(r => JsonRecords.ToJson(r).ToJsonString()).ShouldBe(records[(end + 1)..^1].Select(r => r.ToJsonString()));
        JsonRecords.ToJson(file.Header).ToJsonString().ShouldBe(records[0].ToJsonString());
        JsonRecords.ToJson(file.Footer).ToJsonString().ShouldBe(records[^1].ToJsonString());
        McapRecord?[] data = [.. records[..end].Select(JsonRecords.FromJson)];
        foreach ((McapAttachmentIndex index, McapAttachment expected) in file.Summary.OfType<McapAttachmentIndex>().Zip(data.OfType<McapAttachment>()))
            Text(file.ReadAttachment(index)).ShouldBe(Text(expected));
        foreach ((McapMetadataIndex index, McapMetadata expected) in file.Summary.OfType<McapMetadataIndex>().Zip(data.OfType<McapMetadata>()))
            Text(file.ReadMetadata(index)).ShouldBe(Text(expected));
        McapMessage[] messages = [.. data.OfType<McapMessage>()];
        if (messages.Length == 0 || (features.Contains("ch") && features.Contains("chx")))
        {
            if (messages.Length == 0 && !features.Contains("st")) return;
            file.ReadMessages().Select(Text).ShouldBe(messages.OrderBy(m => m.LogTime).Select(Text));
            file.ReadMessages(from: 2, until: 5).Select(Text).ShouldBe(messages.Where(m => m.LogTime is >= 2 and < 5).OrderBy(m => m.LogTime).Select(Text));
        }
        else
        {
            Should.Throw<McapException>(() => file.ReadMessages().Any()).Message.ShouldContain("no places of chunks");
        }

        static string Text(McapRecord record) => JsonRecords.ToJson(record).ToJsonString();
    }

    private static byte[] Write(JsonNode vector)
    {
        string[] features = ConformanceVectors.Features(vector);
        using var stream = new MemoryStream();
        using (var writer = new McapWriter(stream, Options(features)))
        {
            foreach (JsonNode? json in vector["records"]!.AsArray().TakeWhile(r => r!["type"]!.GetValue<string>() != "DataEnd"))
            {
                switch (JsonRecords.FromJson(json!))
                {
                    case McapSchema schema: writer.Add(schema); break;
                    case McapChannel channel: writer.Add(channel); break;
                    case McapMessage message: writer.Add(message); break;
                    case McapAttachment attachment: writer.Add(attachment); break;
                    case McapMetadata metadata: writer.Add(metadata); break;
                }
            }
        }

        return stream.ToArray();
    }

    private static McapWriterOptions Options(string[] features)
    {
        (string Feature, McapSummaryParts Part)[] parts =
        [
            ("rsh", McapSummaryParts.Schemas), ("rch", McapSummaryParts.Channels), ("st", McapSummaryParts.Statistics),
            ("mdx", McapSummaryParts.MetadataIndexes), ("ax", McapSummaryParts.AttachmentIndexes), ("chx", McapSummaryParts.ChunkIndexes),
            ("sum", McapSummaryParts.Offsets),
        ];
        return new McapWriterOptions
        {
            Library = "",
            ChunkBytes = features.Contains("ch") ? 1 << 20 : 0,
            Compression = McapCompression.None,
            MessageIndexes = features.Contains("mx"),
            Summary = parts.Where(p => features.Contains(p.Feature)).Aggregate(McapSummaryParts.None, (all, p) => all | p.Part),
            Trailing = features.Contains("pad") ? new byte[] { 0x01, 0xFF, 0xFF } : default,
        };
    }
}

namespace StreamPerceiver.Mcap.Tests;

/// <summary>Every length that a file states has a limit, and the message has both numbers.</summary>
public sealed class LimitTests
{
    [Fact]
    public void A_record_has_a_limit()
        => Problem(Write(new McapAttachment(0, 0, "a", "b", new byte[5000])), new McapLimits { RecordBytes = 4096 })
            .ShouldMatch("record Attachment at byte [0-9]+: it states 50[0-9]+ bytes, expected at most 4096");

    [Fact]
    public void A_record_of_texts_has_a_smaller_limit()
        => Problem(Write(new McapMetadata("a", new Dictionary<string, string> { ["b"] = new('c', 5000) })), new McapLimits { TextRecordBytes = 4096 })
            .ShouldMatch("record Metadata at byte [0-9]+: it states 50[0-9]+ bytes, expected at most 4096");

    [Fact]
    public void A_schema_in_a_chunk_has_the_limit_of_texts()
        => Problem(Write(new McapSchema(1, "a", "", new byte[5000])), new McapLimits { TextRecordBytes = 4096 })
            .ShouldMatch("the record Schema in it has 50[0-9]+ bytes, expected at most 4096");

    [Theory]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public void A_chunk_that_decompresses_to_more_than_the_limit_is_refused_before(string kind)
    {
        byte[] file = SmallFile.Write(SmallFile.Kinds[kind] with { ChunkBytes = 1 << 20 }, messages: 4, payloadBytes: 2000);
        file.Length.ShouldBeLessThan(3000);
        Problem(file, new McapLimits { ChunkBytes = 4096 }).ShouldMatch("it states 8[0-9]+ bytes of records, expected at most 4096");
    }

    [Theory]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public void A_chunk_that_has_more_than_it_states_is_refused(string kind)
    {
        byte[] file = SmallFile.Write(SmallFile.Kinds[kind] with { ChunkBytes = 1 << 20 }, messages: 4, payloadBytes: 2000);
        McapChunkIndex chunk = McapFile.Open(new MemoryStream(file)).Summary.OfType<McapChunkIndex>().Single();
        BitConverter.TryWriteBytes(file.AsSpan((int)chunk.ChunkStart + McapFormat.PrefixBytes + 16), 4000UL).ShouldBeTrue();
        Problem(file, new McapLimits()).ShouldContain("its records have more than the 4000 bytes that it states");
    }

    [Fact]
    public void The_summary_has_a_limit()
        => Should.Throw<McapException>(() => McapFile.Open(new MemoryStream(SmallFile.Write(new McapWriterOptions())), new McapLimits { SummaryBytes = 100 }))
            .Message.ShouldMatch("the summary at byte [0-9]+, expected at most 100 bytes before");

    [Fact]
    public void Schemas_and_channels_have_a_limit_together()
    {
        McapRecord[] schemas = [.. Enumerable.Range(1, 10).Select(i => new McapSchema((ushort)i, "a", "", new byte[500]))];
        Problem(Write(schemas), new McapLimits { SummaryBytes = 4096 }).ShouldMatch("schemas and channels have 4[0-9]+ bytes together, expected at most 4096");
    }

    [Fact]
    public void Chunks_that_overlap_in_time_have_a_limit_together()
    {
        using var stream = new MemoryStream();
        using (var writer = new McapWriter(stream, new McapWriterOptions { ChunkBytes = 1000 }))
        {
            writer.Add(new McapChannel(0, 0, "a", "", new Dictionary<string, string>()));
            for (int i = 0; i < 20; i++) writer.Add(new McapMessage(0, 0, (ulong)(i % 2 == 0 ? i : 1000 + i), 0, new byte[500]));
        }

        var file = McapFile.Open(stream, new McapLimits { OpenChunkBytes = 4096 });
        Should.Throw<McapException>(() => file.ReadMessages().Count())
            .Message.ShouldMatch("chunks with [45][0-9]+ bytes overlap in time, expected at most 4096");
        file.ReadMessages(until: 4).Select(m => m.LogTime).ShouldBe([0UL, 2UL]);
        McapFile.Open(stream).ReadMessages().Select(m => m.LogTime).ShouldBe(Enumerable.Range(0, 20).Select(i => (ulong)(i % 2 == 0 ? i : 1000 + i)).Order());
    }

    private static string Problem(byte[] file, McapLimits limits)
        => Should.Throw<McapException>(() => McapReader.ReadRecords(new MemoryStream(file), limits).Count()).Message;

    private static byte[] Write(params McapRecord[] records)
    {
        using var stream = new MemoryStream();
        using (var writer = new McapWriter(stream))
        {
            foreach (McapRecord record in records)
            {
                if (record is McapSchema schema) writer.Add(schema);
                if (record is McapAttachment attachment) writer.Add(attachment);
                if (record is McapMetadata metadata) writer.Add(metadata);
            }
        }

        return stream.ToArray();
    }
}

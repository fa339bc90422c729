namespace StreamPerceiver.Mcap.Tests;

/// <summary>Files that are cut off or damaged: what is whole is recovered, and what is not is named.</summary>
public sealed class RecoveryTests
{
    public static TheoryData<string> Kinds => [.. SmallFile.Kinds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_that_is_cut_at_any_byte_gives_every_complete_message_before_it(string kind)
    {
        byte[] file = SmallFile.Write(SmallFile.Kinds[kind]);
        string[] all = Messages(file, out _);
        all.Length.ShouldBe(20);
        IReadOnlyList<(long End, int Messages)> complete = Complete(file);
        for (int cut = 0; cut < file.Length; cut++)
        {
            string[] found = Messages(file[..cut], out IReadOnlyList<McapDamage> damages);
            int least = complete.LastOrDefault(c => c.End <= cut).Messages;
            found.ShouldBe(all[..found.Length]);
            if (kind is "lz4" or "zstd") found.Length.ShouldBeGreaterThanOrEqualTo(least, $"cut at byte {cut}");
            else found.Length.ShouldBe(least, $"cut at byte {cut}");
            damages.Count.ShouldBe(1, $"cut at byte {cut}");
            damages[0].Offset.ShouldBeLessThanOrEqualTo(cut);
            damages[0].Problem.ShouldContain($"the file ends at byte {cut}");
        }
    }

    [Theory]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public void A_compressed_chunk_that_is_cut_gives_what_can_be_decompressed(string kind)
    {
        byte[] file = SmallFile.Write(SmallFile.Kinds[kind] with { ChunkBytes = 1 << 20 }, messages: 900, payloadBytes: 1000, isRandom: true);
        string[] all = Messages(file, out _);
        string[] found = Messages(file[..(file.Length / 2)], out IReadOnlyList<McapDamage> damages);
        found.ShouldBe(all[..found.Length]);
        found.Length.ShouldBeInRange(300, 470);
        damages.ShouldHaveSingleItem().Problem.ShouldContain($"the file ends at byte {file.Length / 2}, in the record Chunk");
    }

    [Fact]
    public void A_whole_file_is_written_out_of_one_that_is_cut_off()
    {
        byte[] file = SmallFile.Write(SmallFile.Kinds["chunks"]);
        using var whole = new MemoryStream();
        McapRecoveryReport report = McapRecovery.Recover(new MemoryStream(file[..^300]), whole);
        report.ShouldBeEquivalentTo(new McapRecoveryReport(20, 1, 1, 1, report.Damages));
        var read = McapFile.Open(whole);
        read.Header.Profile.ShouldBe("test");
        read.Statistics!.MessageCount.ShouldBe(20u);
        read.ReadMessages().Select(SmallFile.Text).ShouldBe(Messages(file, out _));
        read.Channels[1].Metadata["partition"].ShouldBe("0");
        read.ReadAttachment(read.Summary.OfType<McapAttachmentIndex>().Single()).Data.ToArray().ShouldBe([1, 2, 3]);
        read.ReadMetadata(read.Summary.OfType<McapMetadataIndex>().Single()).Texts["site"].ShouldBe("Zürich");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_that_is_whole_is_recovered_whole(string kind)
    {
        byte[] file = SmallFile.Write(SmallFile.Kinds[kind]);
        using var whole = new MemoryStream();
        McapRecovery.Recover(new MemoryStream(file), whole, SmallFile.Kinds[kind]).DamageCount.ShouldBe(0);
        whole.ToArray().ShouldBe(file);
    }

    [Fact]
    public void A_chunk_with_a_wrong_byte_is_left_out_and_named_and_its_channels_come_from_the_summary()
    {
        byte[] file = SmallFile.Write(SmallFile.Kinds["chunks"]);
        var index = McapFile.Open(new MemoryStream(file)).Summary.OfType<McapChunkIndex>().First();
        file[(int)index.ChunkStart + 300] ^= 1;
        using var whole = new MemoryStream();
        McapRecoveryReport report = McapRecovery.Recover(new MemoryStream(file), whole);
        report.Damages.ShouldHaveSingleItem().Offset.ShouldBe((long)index.ChunkStart);
        report.Damages[0].Problem.ShouldContain("its records have the checksum");
        var read = McapFile.Open(whole);
        read.ReadMessages().Select(m => m.LogTime).ShouldBe(Enumerable.Range((int)index.EndTime + 1, 1019 - (int)index.EndTime).Select(t => (ulong)t));
        read.Channels[1].Topic.ShouldBe("machines.imu/0");
        read.Schemas[1].Name.ShouldBe("reading");
    }

    [Fact]
    public void A_length_that_is_wrong_loses_one_chunk_where_the_summary_is_there()
    {
        byte[] file = SmallFile.Write(SmallFile.Kinds["zstd"]);
        McapChunkIndex[] chunks = [.. McapFile.Open(new MemoryStream(file)).Summary.OfType<McapChunkIndex>()];
        file[(int)chunks[1].ChunkStart + 8] = 0xFF;
        string[] found = Messages(file, out IReadOnlyList<McapDamage> damages);
        damages.ShouldHaveSingleItem().Problem.ShouldContain("expected at most");
        int lost = (int)(chunks[1].EndTime - chunks[1].StartTime + 1);
        found.Length.ShouldBe(20 - lost);
    }

    [Fact]
    public void A_length_that_reaches_beyond_the_file_loses_no_other_chunk_where_the_summary_is_there()
    {
        byte[] file = SmallFile.Write(SmallFile.Kinds["zstd"]);
        string[] all = Messages(file, out _);
        McapChunkIndex[] chunks = [.. McapFile.Open(new MemoryStream(file)).Summary.OfType<McapChunkIndex>()];
        file[(int)chunks[1].ChunkStart + 3] = 0xFF; // 16 MB

        string[] found = Messages(file, out IReadOnlyList<McapDamage> damages);

        damages.ShouldHaveSingleItem().Offset.ShouldBe((long)chunks[1].ChunkStart);
        int before = (int)(chunks[1].StartTime - chunks[0].StartTime), behind = (int)(chunks[1].EndTime - chunks[0].StartTime + 1);
        found[..before].ShouldBe(all[..before]);
        found[^(all.Length - behind)..].ShouldBe(all[behind..]);
    }

    [Fact]
    public void A_wrong_byte_in_the_summary_is_named_and_loses_no_message()
    {
        byte[] file = SmallFile.Write(SmallFile.Kinds["chunks"]);
        string[] all = Messages(file, out _);
        file[file.Length - McapFormat.Magic.Length - McapFormat.FooterBytes - 5] ^= 1; // of the last record of the summary

        Messages(file, out IReadOnlyList<McapDamage> damages).ShouldBe(all);

        damages.ShouldHaveSingleItem().Problem.ShouldContain("the summary has the checksum");
    }

    [Fact]
    public void Messages_whose_channel_is_lost_are_named_once()
    {
        byte[] file = SmallFile.Write(SmallFile.Kinds["chunks"] with { Summary = McapSummaryParts.None });
        int chunk = file.AsSpan().IndexOf("reading"u8);
        file[chunk] ^= 1;
        Messages(file, out IReadOnlyList<McapDamage> damages).ShouldBeEmpty();
        damages.Select(d => d.Problem).Where(p => p.Contains("is lost", StringComparison.Ordinal)).Count().ShouldBe(2);
    }

    [Fact]
    public void Another_file_is_no_MCAP_file()
        => Should.Throw<McapException>(() => McapRecovery.Recover(new MemoryStream("PK, and more"u8.ToArray()), new MemoryStream()))
            .Message.ShouldContain("expected the magic bytes");

    private static string[] Messages(byte[] file, out IReadOnlyList<McapDamage> damages)
    {
        var reader = new McapRecoveryReader(new MemoryStream(file));
        string[] messages = [.. reader.ReadRecords().OfType<McapMessage>().Select(SmallFile.Text)];
        damages = reader.Damages;
        return messages;
    }

    // How many messages are complete from which byte on. Inside of a compressed chunk that is not known before its end.
    private static List<(long End, int Messages)> Complete(byte[] file)
    {
        List<(long, int)> ends = [];
        var limits = new McapLimits();
        int messages = 0;
        foreach ((McapRecord record, long offset) in McapReader.ReadTopLevel(new MemoryStream(file), limits, new Definitions(limits)))
        {
            if (record is McapMessage single) ends.Add((offset + McapFormat.PrefixBytes + 22 + single.Data.Length, ++messages));
            if (record is not McapChunk chunk) continue;
            long start = offset + McapFormat.PrefixBytes + 40 + chunk.Compression.Length;
            ReadOnlyMemory<byte> records = ChunkCompression.Decompress(chunk, offset, limits.ChunkBytes);
            for (int at = 0; at < records.Length;)
            {
                (McapRecord inner, int bytes) = McapReader.ReadInChunk(records, at, offset, limits);
                at += bytes;
                if (inner is McapMessage) ends.Add((start + (chunk.Compression.Length > 0 ? chunk.Records.Length : at), ++messages));
            }
        }

        return ends;
    }
}

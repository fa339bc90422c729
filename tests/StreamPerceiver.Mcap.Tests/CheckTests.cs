namespace StreamPerceiver.Mcap.Tests;

/// <summary>The check of a file finds nothing in good files, and names what is wrong in others.</summary>
public sealed class CheckTests
{
    private const int P = McapFormat.PrefixBytes, Mutations = 3000;

    // What is changed in a good file, and what is found then.
    private static readonly Dictionary<string, (Func<DamagedFile, DamagedFile> Damage, McapProblem Problem, bool IsError, string Detail)> Cases = new()
    {
        ["no magic"] = (f => f.Put8(0, 1), McapProblem.Damage, true, "byte 0: found 014D434150300D0A, expected the magic bytes 894D434150300D0A"),
        ["no header"] = (f => f.Hide(8), McapProblem.Damage, true, "found the record 144 at the beginning, expected the header"),
        ["cut off"] = (f => f.Resize(f.At<McapChunk>(1) + 20), McapProblem.Damage, true, "5 messages are complete, up to 1970-01-01T00:00:00.000001004Z"),
        ["no end of data"] = (f => f.Hide(f.At<McapDataEnd>()), McapProblem.Damage, true, "found the footer, and no end of the data section is before it"),
        ["bytes behind"] = (f => f.Resize(f.Bytes.Length + 7), McapProblem.Damage, true, "7 bytes stand behind the end of the file"),
        ["no end"] = (f => f.Put8(f.Bytes.Length - 1, 0), McapProblem.Damage, true, "expected the magic bytes 894D434150300D0A; 20 messages are complete"),
        ["data checksum"] = (f => f.Put32(f.At<McapDataEnd>() + P, 1), McapProblem.Damage, true, "the data section has the checksum"),
        ["summary checksum"] = (f => f.Put32(f.At<McapFooter>() + P + 16, 1), McapProblem.Damage, true, "the summary has the checksum"),
        ["chunk checksum"] = (f => f.Put32(f.At<McapChunk>(1) + P + 24, 1), McapProblem.Damage, true, "its records have the checksum"),
        ["attachment"] = (f => f.Put8(f.At<McapAttachmentIndex>() - 1, 9).Put8(f.At<McapAttachment>() + P + 8, 99), McapProblem.Damage, true,
            "the attachment photo has the checksum"),
        ["field beyond its record"] = (f => f.Put32(f.At<McapMetadata>() + P, 999), McapProblem.Damage, true, "name takes 999 bytes"),
        ["length in a chunk"] = (f => f.Put64(f.Message(1) + 1, 9999), McapProblem.Damage, true, "of its records states 9999 bytes"),
        ["chunk times"] = (f => f.Put64(f.At<McapChunk>() + P, 7), McapProblem.Index, true,
            "the chunk states times from 1970-01-01T00:00:00.000000007Z to 1970-01-01T00:00:00.000001004Z, and its messages have"),
        ["message index"] = (f => f.Put64(f.At<McapMessageIndex>() + P + 6 + 8, 5), McapProblem.Index, true, "at byte 5 of the records of the chunk"),
        ["message index lost"] = (f => f.Hide(f.At<McapMessageIndex>()), McapProblem.Index, true, "and no index of them is behind it"),
        ["message index of another"] = (f => f.Put16(f.At<McapMessageIndex>() + P, 7), McapProblem.Index, true, "the index of channel 7 has"),
        ["message count"] = (f => f.Put64(f.At<McapStatistics>() + P, 21), McapProblem.Index, true, "the statistics have 21 messages, and the data have 20"),
        ["count of a channel"] = (f => f.Put64(f.At<McapStatistics>() + P + 46 + 2, 3), McapProblem.Index, true, "messages of channel 1, and the data have 13"),
        ["end time"] = (f => f.Put64(f.At<McapStatistics>() + P + 34, 3), McapProblem.Index, true, "the statistics have times from"),
        ["chunk index"] = (f => f.Put64(f.At<McapChunkIndex>() + P + 16, 3), McapProblem.Index, true, "the summary has the chunk at byte 3, and none is there"),
        ["chunk index times"] = (f => f.Put64(f.At<McapChunkIndex>() + P, 3), McapProblem.Index, true, "the summary has other times, lengths or names"),
        ["chunk index lost"] = (f => f.Hide(f.At<McapChunkIndex>(1)), McapProblem.Index, true, "the chunk is not in the summary"),
        ["attachment index"] = (f => f.Put64(f.At<McapAttachmentIndex>() + P, 9), McapProblem.Index, true, "the summary has the attachment at byte 9"),
        ["metadata index lost"] = (f => f.Hide(f.At<McapMetadataIndex>()), McapProblem.Index, true, "the metadata is not in the summary"),
        ["summary place"] = (f => f.Put64(f.At<McapFooter>() + P, 60), McapProblem.Index, true, "the footer has the summary at byte 60, expected"),
        ["places of groups"] = (f => f.Put64(f.At<McapSummaryOffset>() + P + 1, 60), McapProblem.Index, true, "the summary has no Schema records at byte 60"),
        ["channel not in the summary"] = (f => f.Hide(f.At<McapChannel>(1)), McapProblem.Index, true, "channel 2 (machines.sound/0) is not in the summary"),
        ["channel lost"] = (f => f.Put16(f.Message(0) + P, 9), McapProblem.Definition, true, "a message has the channel 9, and no such channel is before it"),
        ["schema lost"] = (f => f.Hide(f.InChunk), McapProblem.Definition, true, "(machines.imu/0) has the schema 1, and no such schema is before it"),
        ["no schema"] = (f => f, McapProblem.Definition, false, "channel 2 (machines.sound/0) has no schema"),
        ["out of order"] = (f => f.Put64(f.Message(2) + P + 6, 500), McapProblem.Order, false, "1 messages have a log time before that of an earlier one"),
        ["no summary"] = (_ => new DamagedFile(SmallFile.Write(SmallFile.Kinds["chunks"] with { Summary = McapSummaryParts.None })), McapProblem.NoIndex, false,
            "the file has no summary: a range is found by reading all"),
        ["no places of chunks"] = (_ => new DamagedFile(SmallFile.Write(SmallFile.Kinds["chunks"] with { Summary = McapSummaryParts.Statistics })),
            McapProblem.NoIndex, false, "the summary has no places of chunks"),
        ["no chunks"] = (_ => new DamagedFile(SmallFile.Write(SmallFile.Kinds["no chunks"])), McapProblem.NoIndex, false, "20 messages are in no chunk"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    public static TheoryData<string> Kinds => [.. SmallFile.Kinds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_damage_is_named(string name)
    {
        (Func<DamagedFile, DamagedFile> damage, McapProblem problem, bool isError, string detail) = Cases[name];

        List<McapFinding> found = Check(damage(new DamagedFile()).Bytes);

        found.ShouldContain(f => f.Problem == problem && f.IsError == isError && f.Detail.Contains(detail), string.Join('\n', found));
        found.ShouldAllBe(f => f.Offset >= 0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_is_wrong_with_a_good_file(string kind)
        => Check(SmallFile.Write(SmallFile.Kinds[kind], messages: 1000)).Select(f => (f.Problem, f.IsError)).ShouldBe(
            kind == "no chunks" ? [(McapProblem.Definition, false), (McapProblem.NoIndex, false)] : [(McapProblem.Definition, false)]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_that_is_cut_at_any_byte_has_an_error_there(string kind)
    {
        byte[] file = SmallFile.Write(SmallFile.Kinds[kind]);
        for (int cut = 0; cut < file.Length; cut++)
            Check(file[..cut]).Where(f => f.IsError).ShouldHaveSingleItem().Detail.ShouldContain($"the file ends at byte {cut}");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_with_wrong_bytes_is_checked_to_its_end(string kind)
    {
        byte[] file = new DamagedFile(SmallFile.Write(SmallFile.Kinds[kind])).Bytes;
        byte[] other = new DamagedFile(SmallFile.Write(SmallFile.Kinds["no chunks"], messages: 5)).Bytes;
        int errors = 0;
        for (int seed = 0; seed < Mutations; seed++)
            if (Check(Mutation.Of(file, other, new Random(seed))).Any(f => f.IsError))
                errors++;
        errors.ShouldBeInRange(Mutations / 2, Mutations - 1, "some mutations are harmless, and most are not");
    }

    [Fact]
    public void Chunks_that_cover_the_same_time_are_named()
    {
        using var stream = new MemoryStream();
        using (var writer = new McapWriter(stream, new McapWriterOptions { ChunkBytes = 1 }))
        {
            writer.Add(new McapChannel(1, 0, "a", "json", new Dictionary<string, string>()));
            writer.Add(new McapMessage(1, 0, 5, 5, new byte[1]));
            for (uint i = 1; i < 10; i++) writer.Add(new McapMessage(1, i, 5, 5, new byte[1]));
        }

        McapFinding found = Check(stream.ToArray()).ShouldHaveSingleItem();
        (found.Problem, found.IsError).ShouldBe((McapProblem.Order, false));
        found.Detail.ShouldStartWith("10 chunks with ");
    }

    [Fact]
    public void Files_of_another_library_have_no_error_but_that_it_does_not_count_a_log_time_of_0()
    {
        string[] found =
        [
            .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Golden", "rosbag2"), "*.mcap").Order(StringComparer.Ordinal)
                .SelectMany(path => Check(File.ReadAllBytes(path)).Select(f => $"{Path.GetFileName(path)}: {f.Detail}")),
        ];

        found.Select(f => f.Split(" to ")[0]).ShouldBe(new[] { "convert_a__rewriter_a_0.mcap", "rewriter_a__rewriter_a_0.mcap" }.Select(
            file => $"{file}: the statistics have times from 1970-01-01T00:00:00.001000000Z"));
        found.ShouldAllBe(f => f.Contains("and the data have 1970-01-01T00:00:00.000000000Z to"));
    }

    private static List<McapFinding> Check(byte[] file)
    {
        List<McapFinding> found = [];
        new McapCheck(new MemoryStream(file), found.Add, limits: new McapLimits { RecordBytes = 1 << 20, ChunkBytes = 1 << 20 }).Run();
        return found;
    }
}

namespace StreamPerceiver.Mcap.Tests;

/// <summary>Files with wrong bytes: every reader ends with its result or an <see cref="McapException"/>, and takes no more memory than its limits.</summary>
public sealed class FuzzTests
{
    private const int Mutations = 3000;

    // All that one file may take over all readings together, with what is freed between them. A million mutations took 4.2 MB at most.
    private const long MostAllocated = 8L << 20;
    private static readonly McapLimits Limits = new()
    {
        RecordBytes = 1 << 20,
        ChunkBytes = 1 << 20,
        TextRecordBytes = 1 << 16,
        SummaryBytes = 1 << 20,
        OpenChunkBytes = 1 << 21,
    };

    public static TheoryData<string> Kinds => [.. SmallFile.Kinds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Wrong_bytes_crash_no_reader_and_take_no_memory_beyond_the_limits(string kind)
    {
        byte[] file = WithoutChecksums(SmallFile.Write(SmallFile.Kinds[kind]));
        byte[] other = WithoutChecksums(SmallFile.Write(SmallFile.Kinds["chunks"], messages: 5));
        int whole = 0;
        for (int seed = 0; seed < Mutations; seed++)
            if (ReadAll(Mutation.Of(file, other, new Random(seed))))
                whole++;
        whole.ShouldBeInRange(1, Mutations - 1, "some mutations are harmless, and most are not");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_length_at_any_byte_may_be_as_large_as_it_can_be_stated(string kind)
    {
        byte[] file = WithoutChecksums(SmallFile.Write(SmallFile.Kinds[kind]));
        for (int at = 8; at < file.Length - 8; at++)
        {
            foreach (int bytes in new[] { 4, 7, 8 })
            {
                byte[] mutated = [.. file];
                mutated.AsSpan(at, Math.Min(bytes, file.Length - at)).Fill(0xFF);
                ReadAll(mutated);
            }
        }
    }

    // A wrong checksum would stop readers before they reach the changed bytes. 0 means that there is none.
    private static byte[] WithoutChecksums(byte[] file)
    {
        var buffer = new RecordBuffer();
        buffer.Raw(McapFormat.Magic);
        foreach ((McapRecord record, _) in McapReader.ReadTopLevel(new MemoryStream(file), new McapLimits(), new Definitions(new McapLimits())))
        {
            new RecordEncoder().Append(
                record switch
                {
                    McapChunk chunk => chunk with { UncompressedCrc = 0 },
                    McapDataEnd => new McapDataEnd(0),
                    McapFooter footer => footer with { SummaryCrc = 0 },
                    _ => record,
                },
                buffer);
        }

        buffer.Raw(McapFormat.Magic);
        buffer.Length.ShouldBe(file.Length);
        return buffer.Written.ToArray();
    }

    // Returns whether all readers find the file whole.
    private static bool ReadAll(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isStream = IsWhole(() => McapReader.ReadRecords(new MemoryStream(file), Limits).Count());
        bool isIndexed = IsWhole(() =>
        {
            var read = McapFile.Open(new MemoryStream(file), Limits);
            foreach (McapAttachmentIndex index in read.Summary.OfType<McapAttachmentIndex>()) read.ReadAttachment(index);
            foreach (McapMetadataIndex index in read.Summary.OfType<McapMetadataIndex>()) read.ReadMetadata(index);
            return read.ReadMessages().Count() + read.ReadMessages(1003, 1009, new HashSet<ushort> { 2 }).Count();
        });
        bool isRecovered = IsWhole(() =>
        {
            if (McapRecovery.Recover(new MemoryStream(file), Stream.Null, limits: Limits) is { DamageCount: > 0 } report)
                throw new McapException(report.Damages[0].Problem);
            return 0;
        });
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MostAllocated);
        return isStream && isIndexed && isRecovered;
    }

    private static bool IsWhole(Func<int> read)
    {
        try
        {
            read();
            return true;
        }
        catch (McapException)
        {
            return false;
        }
    }
}

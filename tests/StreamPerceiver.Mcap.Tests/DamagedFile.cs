using System.Buffers.Binary;

namespace StreamPerceiver.Mcap.Tests;

/// <summary>A good file with chunks that are not compressed, and changes of single fields. Its checksums are 0, which means that none was computed.</summary>
internal sealed class DamagedFile
{
    // Fields of a chunk before its records, where it has no compression.
    private const int ChunkFields = McapFormat.PrefixBytes + 40;

    private readonly List<(McapRecord Record, long Offset)> _records;

    public DamagedFile(byte[]? file = null)
    {
        Bytes = file ?? SmallFile.Write(SmallFile.Kinds["chunks"]);
        _records = [.. McapReader.ReadTopLevel(new MemoryStream(Bytes), new McapLimits(), new Definitions(new McapLimits()))];
        foreach (long chunk in All<McapChunk>()) Put32(chunk + McapFormat.PrefixBytes + 24, 0);
        foreach (long end in All<McapDataEnd>()) Put32(end + McapFormat.PrefixBytes, 0);
        Put32(At<McapFooter>() + McapFormat.PrefixBytes + 16, 0);
    }

    public byte[] Bytes { get; private set; }

    /// <summary>Offset of a record at the top level.</summary>
    public long At<T>(int number = 0) => All<T>().ElementAt(number);

    /// <summary>Offset of a message in the first chunk.</summary>
    public long Message(int number)
    {
        var chunk = (McapChunk)_records.First(r => r.Record is McapChunk).Record;
        List<int> messages = [];
        for (int at = 0; at < chunk.Records.Length;)
        {
            (McapRecord record, int bytes) = McapReader.ReadInChunk(chunk.Records, at, 0, new McapLimits());
            if (record is McapMessage) messages.Add(at);
            at += bytes;
        }

        return At<McapChunk>() + ChunkFields + messages[number];
    }

    /// <summary>Offset of the first record in the first chunk.</summary>
    public long InChunk => At<McapChunk>() + ChunkFields;

    public DamagedFile Put8(long at, byte value) => Put(at, [value]);

    public DamagedFile Put16(long at, ushort value) => Put(at, BitConverter.GetBytes(value));

    public DamagedFile Put32(long at, uint value) => Put(at, BitConverter.GetBytes(value));

    public DamagedFile Put64(long at, ulong value) => Put(at, BitConverter.GetBytes(value));

    /// <summary>Makes a record one of an unknown kind, which readers skip.</summary>
    public DamagedFile Hide(long at) => Put8(at, 0x90);

    /// <summary>Cuts off the end, or adds zeros.</summary>
    public DamagedFile Resize(long length)
    {
        byte[] bytes = Bytes;
        Array.Resize(ref bytes, (int)length);
        Bytes = bytes;
        return this;
    }

    public ulong Get64(long at) => BinaryPrimitives.ReadUInt64LittleEndian(Bytes.AsSpan((int)at));

    private IEnumerable<long> All<T>() => _records.Where(r => r.Record is T).Select(r => r.Offset);

    private DamagedFile Put(long at, byte[] value)
    {
        value.CopyTo(Bytes, at);
        return this;
    }
}

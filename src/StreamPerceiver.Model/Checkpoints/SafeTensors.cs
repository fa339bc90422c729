using System.Buffers.Binary;
using System.Text.Json;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>
/// The safetensors format: a 64-bit little-endian header length, a JSON header (name to dtype, shape and data_offsets), then the elements.
/// The reader refuses a header that is too long, cut off or self-contradictory, and data with gaps or overlaps.
/// </summary>
public static class SafeTensors
{
    /// <summary>The longest header that is read, equal to the limit of the format's reference implementation.</summary>
    private const long LongestHeader = 100_000_000;

    private const int LengthBytes = 8;

    /// <summary>Reads all tensors of a file.</summary>
    /// <exception cref="CheckpointException">The file is missing or damaged. The message names the file and the tensor.</exception>
    public static IReadOnlyDictionary<string, SafeTensor> Read(string file)
    {
        if (FileKind.Problem(file, "a safetensors file", FileKind.SafeTensors) is string problem)
            throw new CheckpointException(file, problem);
        using FileStream stream = File.OpenRead(file);
        long rest = stream.Length - LengthBytes;
        if (rest < 0)
            throw new CheckpointException(file, $"is {stream.Length} bytes: too short for the {LengthBytes} bytes of the header's length");

        Span<byte> lengthBytes = stackalloc byte[LengthBytes];
        stream.ReadExactly(lengthBytes);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (length > LongestHeader)
            throw new CheckpointException(file, $"gives its header {length} bytes: at most {LongestHeader} are allowed");
        if (length > (ulong)rest)
            throw new CheckpointException(file, $"gives its header {length} bytes, but only {rest} follow: is it cut off?");

        byte[] header = new byte[length];
        stream.ReadExactly(header);
        Dictionary<string, SafeTensor> tensors = new(StringComparer.Ordinal);
        foreach (SafeTensorsHeader.Entry entry in SafeTensorsHeader.Parse(file, header, rest - (long)length))
        {
            // The entries are sorted by offset and have no gaps, so the stream is at the entry's first byte.
            byte[] bytes = new byte[entry.End - entry.Begin];
            stream.ReadExactly(bytes);
            tensors.Add(entry.Name, new SafeTensor(entry.Name, entry.Type, entry.Shape, bytes));
        }

        return tensors;
    }

    /// <summary>Writes tensors to a file, in their order in the list. An older file of the same name is replaced when the new one is complete.</summary>
    public static void Write(string file, IReadOnlyList<SafeTensor> tensors)
    {
        byte[] header = Header(tensors);
        AtomicFile.Write(file, stream =>
        {
            Span<byte> length = stackalloc byte[LengthBytes];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (SafeTensor tensor in tensors)
                stream.Write(tensor.Bytes.Span);
        });
    }

    private static byte[] Header(IReadOnlyList<SafeTensor> tensors)
    {
        using MemoryStream header = new();
        using (Utf8JsonWriter json = new(header))
        {
            json.WriteStartObject();
            long offset = 0;
            foreach (SafeTensor tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", SafeTensorTypes.NameOf(tensor.Type));
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [offset, offset + tensor.Bytes.Length]);
                json.WriteEndObject();
                offset += tensor.Bytes.Length;
            }

            json.WriteEndObject();
        }

        // Spaces after the JSON keep the elements aligned to 8 bytes, which the format recommends.
        while (header.Length % LengthBytes != 0)
            header.WriteByte((byte)' ');
        return header.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}

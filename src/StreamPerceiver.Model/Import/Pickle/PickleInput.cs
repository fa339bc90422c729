using System.Buffers.Binary;
using System.Text;

namespace StreamPerceiver.Model;

/// <summary>The bytes of a pickle. Every length is checked against the rest of the file before memory is allocated.</summary>
/// <param name="file">The file, for messages.</param>
/// <param name="part">The part of the file, for messages.</param>
/// <param name="stream">A seekable stream at the pickle's first byte.</param>
internal sealed class PickleInput(string file, string part, Stream stream)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly long _length = stream.Length;

    private long _begin;

    /// <summary>Remembers the current offset for messages, until the next call.</summary>
    public void Begin() => _begin = stream.Position;

    /// <summary>Reads the code of the next instruction.</summary>
    public byte Instruction()
    {
        Begin();
        return Byte();
    }

    public byte Byte() => stream.ReadByte() is >= 0 and int value ? (byte)value : throw Bad("the pickle ends here: is the file cut off?");

    public byte[] Bytes(ulong count)
    {
        long left = _length - stream.Position;
        if (count > (ulong)left)
            throw Bad($"{count} bytes should follow, but {left} are left");
        if (count > (ulong)Array.MaxLength)
            throw Bad($"{count} bytes should follow: at most {Array.MaxLength} are supported");
        byte[] bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Bytes(8));

    public string Text(ulong count)
    {
        try
        {
            return StrictUtf8.GetString(Bytes(count));
        }
        catch (DecoderFallbackException)
        {
            throw Bad("a text is not valid UTF-8");
        }
    }

    /// <summary>Reads a line of one-byte characters, without its end.</summary>
    public string Line(int longest = 1024)
    {
        StringBuilder line = new();
        for (byte next = Byte(); next != '\n'; next = Byte())
        {
            if (line.Length == longest)
                throw Bad($"a line is longer than {longest} bytes");
            line.Append((char)next);
        }

        return line.ToString();
    }

    public CheckpointException Bad(string why) => new(file, $"{part}, byte {_begin}: {why}");
}

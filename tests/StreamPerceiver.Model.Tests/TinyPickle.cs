using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace StreamPerceiver.Model.Tests;

/// <summary>Writes a dictionary of tensors and numbers as a pickle, also one that torch would never write.</summary>
internal sealed class TinyPickle
{
    private readonly List<byte> _bytes = [0x80, 2, (byte)'}'];

    public byte[] ToArray() => [.. _bytes, (byte)'.'];

    /// <summary>Writes a file as torch does, with one storage of zeros.</summary>
    public void WriteTo(string file, string storage = "archive/data/0", int length = 24, string order = "little")
    {
        using ZipArchive archive = ZipFile.Open(file, ZipArchiveMode.Create);
        Put("archive/data.pkl", ToArray());
        Put("archive/byteorder", [.. order.Select(c => (byte)c)]);
        Put(storage, new byte[length]);

        void Put(string name, byte[] bytes)
        {
            using Stream stream = archive.CreateEntry(name).Open();
            stream.Write(bytes);
        }
    }

    public TinyPickle Dict(string key, byte number)
    {
        Text(key);
        _bytes.AddRange([(byte)'K', number, (byte)'s']);
        return this;
    }

    /// <summary>A dictionary in the dictionary.</summary>
    public TinyPickle Nest(string key, Action<TinyPickle> fill)
    {
        Text(key);
        _bytes.Add((byte)'}');
        fill(this);
        _bytes.Add((byte)'s');
        return this;
    }

    /// <summary>A tensor over storage '0' of six elements.</summary>
    public TinyPickle Tensor(string key, long offset = 0, long[]? shape = null, long[]? strides = null, string type = "FloatStorage")
    {
        Text(key);
        Name("torch._utils", "_rebuild_tensor_v2");
        _bytes.AddRange("(("u8);
        Text("storage");
        Name("torch", type);
        Text("0");
        Text("cpu");
        Number(6);
        _bytes.AddRange("tQ"u8);
        Number(offset);
        Numbers(shape ?? [2, 3]);
        Numbers(strides ?? [3, 1]);
        _bytes.Add(0x89);
        Name("collections", "OrderedDict");
        _bytes.AddRange(")RtRs"u8);
        return this;
    }

    private void Numbers(long[] numbers)
    {
        _bytes.Add((byte)'(');
        foreach (long number in numbers)
            Number(number);
        _bytes.Add((byte)'t');
    }

    private void Number(long number)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        _bytes.AddRange([0x8A, 8, .. bytes]);
    }

    private void Text(string text) => _bytes.AddRange([0x8C, (byte)text.Length, .. Encoding.UTF8.GetBytes(text)]);

    private void Name(string module, string name) => _bytes.AddRange(Encoding.UTF8.GetBytes($"c{module}\n{name}\n"));
}

using System.IO.Compression;
using System.Numerics;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>
/// Reads PyTorch's files (pytorch_model.bin): a zip container of a pickle and of storages, or the older format of consecutive pickles.
/// The pickles are read as data. Functions other than the constructors of tensors are refused by name.
/// </summary>
internal static class TorchFile
{
    private const long OlderProtocol = 1001;
    private const string PicklePart = "the pickle";

    private static readonly BigInteger OlderMagic = BigInteger.Parse("119547037146038801333356");

    /// <summary>
    /// Reads all tensors of a file: a dictionary of tensors, or one under "state_dict" or "model_state_dict". Elements are put in row-major order.
    /// </summary>
    /// <exception cref="CheckpointException">
    /// The file is missing or damaged, holds other values than tensors, or names something other than a constructor of tensors.
    /// </exception>
    public static IReadOnlyDictionary<string, SafeTensor> Read(string file)
    {
        if (FileKind.Problem(file, "a PyTorch file", FileKind.Torch, FileKind.Zip, FileKind.Pickle) is string problem)
            throw new CheckpointException(file, problem);
        using FileStream stream = File.OpenRead(file);
        int first = stream.ReadByte();
        stream.Position = 0;
        try
        {
            // A zip file begins with "PK", a pickle with 0x80.
            return first == 'P' ? ReadZip(file, stream) : ReadOlder(file, stream);
        }
        catch (InvalidDataException e)
        {
            throw new CheckpointException(file, e.Message, e);
        }
    }

    private static Dictionary<string, SafeTensor> ReadZip(string file, Stream stream)
    {
        const string PickleName = "/data.pkl";
        using ZipArchive archive = ZipFiles.Open(stream);
        IReadOnlyDictionary<string, ZipArchiveEntry> entries = ZipFiles.Entries(archive);
        string[] pickles = [.. entries.Keys.Where(name => name.EndsWith(PickleName, StringComparison.Ordinal))];
        if (pickles is not [string pickle])
            throw new CheckpointException(file, $"has {pickles.Length} entries named <name>{PickleName}: expected one");
        string root = pickle[..^PickleName.Length];
        if (entries.TryGetValue($"{root}/byteorder", out ZipArchiveEntry? order) && !ZipFiles.Read(order).AsSpan().SequenceEqual("little"u8))
            throw new CheckpointException(file, $"entry '{root}/byteorder' is not \"little\": only little-endian files are supported");

        PickleReader reader = new(new PickleInput(file, pickle, new MemoryStream(ZipFiles.Read(entries[pickle]))), TorchPickle.Allowed);
        IReadOnlyList<TorchTensor> tensors = TorchPickle.Tensors(file, reader.Read());
        return Read(tensors, Storages(file, tensors.Select(t => t.Storage)).ToDictionary(s => s.Key, s => Storage(s), StringComparer.Ordinal));

        byte[] Storage(TorchStorage storage)
        {
            string name = $"{root}/data/{storage.Key}";
            if (!entries.TryGetValue(name, out ZipArchiveEntry? entry))
                throw new CheckpointException(file, $"has no entry '{name}', where a tensor's elements should be");
            return entry.Length == storage.Length
                ? ZipFiles.Read(entry)
                : throw new CheckpointException(
                    file, $"entry '{name}' has {entry.Length} bytes: expected {storage.Length} for {storage.Count} elements of {storage.Type}");
        }
    }

    private static Dictionary<string, SafeTensor> ReadOlder(string file, Stream stream)
    {
        PickleInput input = new(file, PicklePart, stream);
        object? Next() => new PickleReader(input, TorchPickle.Allowed).Read();
        object? magic = Next();
        if (magic is not BigInteger number || number != OlderMagic)
            throw new CheckpointException(file, "is neither a zip file nor begins with the magic number of PyTorch's older format");
        object? protocol = Next();
        if (protocol is not OlderProtocol)
            throw new CheckpointException(file, $"its protocol version is {protocol ?? "None"}: expected {OlderProtocol}");
        if (Next() is not PickleDict system || !system.Items.Any(i => i is { Key: "little_endian", Value: true }))
            throw new CheckpointException(file, "has no flag for little-endian: only little-endian files are supported");

        PickleReader reader = new(input, TorchPickle.Allowed);
        IReadOnlyList<TorchTensor> tensors = TorchPickle.Tensors(file, reader.Read());
        Dictionary<string, TorchStorage> known =
            Storages(file, reader.References.Select(r => TorchStorage.FromReference(file, r))).ToDictionary(s => s.Key, StringComparer.Ordinal);
        if (Next() is not List<object?> keys)
            throw new CheckpointException(file, "has no list of storages after its tensors");
        Dictionary<string, byte[]> storages = new(StringComparer.Ordinal);
        foreach (object? key in keys)
        {
            if (key is not string name || !known.TryGetValue(name, out TorchStorage? storage))
                throw new CheckpointException(file, $"lists the storage '{key as string ?? PickleValues.Describe(key)}', which no tensor refers to");
            if (!storages.TryAdd(name, Storage(storage)))
                throw new CheckpointException(file, $"lists the storage '{name}' twice");
        }

        if (known.Keys.FirstOrDefault(k => !storages.ContainsKey(k)) is string missing)
            throw new CheckpointException(file, $"does not list the storage '{missing}', which a tensor uses");
        return stream.Position == stream.Length
            ? Read(tensors, storages)
            : throw new CheckpointException(file, $"{stream.Length - stream.Position} bytes follow the last storage: expected none");

        byte[] Storage(TorchStorage storage)
        {
            input.Begin();
            ulong count = input.UInt64();
            return count == (ulong)storage.Count
                ? input.Bytes((ulong)storage.Length)
                : throw input.Bad($"storage '{storage.Key}' has {count} elements: expected {storage.Count}");
        }
    }

    // Tensors may share a storage. They must agree on its type and length.
    private static IEnumerable<TorchStorage> Storages(string file, IEnumerable<TorchStorage> storages)
    {
        foreach (IGrouping<string, TorchStorage> group in storages.Distinct().GroupBy(s => s.Key, StringComparer.Ordinal))
            yield return group.Count() == 1 ? group.First() : throw new CheckpointException(file, $"storage '{group.Key}' has more than one type or length");
    }

    private static Dictionary<string, SafeTensor> Read(IEnumerable<TorchTensor> tensors, Dictionary<string, byte[]> storages) =>
        tensors.ToDictionary(t => t.Name, t => t.Read(storages[t.Storage.Key]), StringComparer.Ordinal);
}

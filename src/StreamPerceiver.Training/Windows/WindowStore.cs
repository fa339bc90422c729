using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using StreamPerceiver.Modalities;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Training;

/// <summary>
/// Keeps tokenised windows in a file, a row of equal length each, so that a training reads them in any order and holds a batch of them. The file has no name
/// once it is open, and is gone with the process. For one writer, then for readers on any thread.
/// </summary>
public sealed class WindowStore : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly List<StoredWindow> _windows = [];
    private readonly List<byte[]> _digests = []; // SHA-256 of each window
    private readonly int _rowBytes;
    private readonly string _path;

    /// <summary>Makes an empty store.</summary>
    /// <param name="folder">The folder of its file.</param>
    /// <param name="inputs">Name, tokens and content channels of each input, in the order of the windows.</param>
    /// <exception cref="TrainingException">The file cannot be made.</exception>
    public WindowStore(string folder, IReadOnlyList<(string Name, int Tokens, int Channels)> inputs)
    {
        (Inputs, _rowBytes) = (inputs, inputs.Sum(BytesOf));
        _path = Path.Combine(folder, $"windows-{Guid.NewGuid():N}");
        _file = Checked(() => File.OpenHandle(_path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete));
        File.Delete(_path); // a process that is killed leaves none
    }

    /// <summary>Name, tokens M and content channels C of each input.</summary>
    public IReadOnlyList<(string Name, int Tokens, int Channels)> Inputs { get; }

    /// <summary>The windows, by their rows.</summary>
    public IReadOnlyList<StoredWindow> Windows => _windows;

    /// <summary>Bytes of the file.</summary>
    public long Bytes => (long)_windows.Count * _rowBytes;

    /// <summary>Adds a window.</summary>
    /// <exception cref="TrainingException">The disk is full, or the window has another shape.</exception>
    public void Add(TokenisedWindow window)
    {
        byte[] row = new byte[_rowBytes];
        int at = 0;
        foreach ((InputTokens tokens, (string name, int count, int channels)) in window.Inputs.Zip(Inputs))
        {
            if (tokens.Mask.Length != count || tokens.Content.Length < count * channels)
                throw new TrainingException($"input {tokens.Name} has {tokens.Mask.Length} tokens, expected {name} with {count} of {channels} channels");
            ReadOnlySpan<byte> content = MemoryMarshal.AsBytes(tokens.Content.AsSpan(0, count * channels));
            content.CopyTo(row.AsSpan(at));
            tokens.Mask.CopyTo(row.AsSpan(at + content.Length));
            at += content.Length + count;
        }

        Checked(() =>
        {
            RandomAccess.Write(_file, row, Bytes);
            return true;
        });
        var stored = new StoredWindow(
            window.Header.Entity, window.Header.Start, window.Header.End, [.. window.Header.Inputs.Select(i => i.Present)]);
        _windows.Add(stored);
        _digests.Add(DigestOf(stored, row));
    }

    /// <summary>Computes the SHA-256 of examples in their order, in lower-case hexadecimal: their windows, entities, times and targets.</summary>
    public string Hash(IEnumerable<Example> examples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Example example in examples)
        {
            hash.AppendData(_digests[example.Row]);
            foreach ((string output, float[] target) in example.Targets.OrderBy(t => t.Key, StringComparer.Ordinal))
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{output}\n{target.Length}\n"));
                hash.AppendData(MemoryMarshal.AsBytes(target.AsSpan()));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Reads a window: of each input, content (M, C) and mask (M).</summary>
    /// <param name="row">The row.</param>
    /// <param name="into">Receives input, content and mask, which are valid during the call alone.</param>
    /// <param name="only">Number of the one input to read (default: all).</param>
    public void Read(int row, StoredInput into, int? only = null)
    {
        int first = only ?? 0, end = only + 1 ?? Inputs.Count;
        byte[] bytes = new byte[Inputs.Skip(first).Take(end - first).Sum(BytesOf)];
        long begin = ((long)row * _rowBytes) + Inputs.Take(first).Sum(BytesOf);
        int read = Checked(() => RandomAccess.Read(_file, bytes, begin));
        if (read < bytes.Length) throw new TrainingException($"{_path}: row {row} has {read} bytes, expected {bytes.Length}");
        int at = 0;
        for (int i = first; i < end; i++)
        {
            int content = Inputs[i].Tokens * Inputs[i].Channels * sizeof(float);
            into(i, MemoryMarshal.Cast<byte, float>(bytes.AsSpan(at, content)), bytes.AsSpan(at + content, Inputs[i].Tokens));
            at += content + Inputs[i].Tokens;
        }
    }

    /// <summary>Closes the file, which is gone then.</summary>
    public void Dispose() => _file.Dispose();

    private static int BytesOf((string Name, int Tokens, int Channels) input) => input.Tokens * ((input.Channels * sizeof(float)) + 1);

    private static byte[] DigestOf(StoredWindow window, byte[] row)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{window.Entity}\n{window.Start}\n{window.End}\n"));
        hash.AppendData(row);
        return hash.GetHashAndReset();
    }

    private T Checked<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{_path}: {e.Message}; {_windows.Count} windows of {_rowBytes} bytes are there; TMPDIR names another folder", e);
        }
    }
}

/// <summary>Receives an input of a stored window.</summary>
/// <param name="input">Number of the input.</param>
/// <param name="content">(M, C), row by row.</param>
/// <param name="mask">(M): 1 keeps a token, 0 masks it.</param>
public delegate void StoredInput(int input, ReadOnlySpan<float> content, ReadOnlySpan<byte> mask);

using System.Globalization;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Mcap;

namespace StreamPerceiver.Recordings;

/// <summary>
/// Writes records to MCAP files, a channel a topic and partition. Files are <c>NAME-0000.mcap</c> and so on; each can be read without the others. A process
/// that is killed loses a second at most, and leaves a file without a summary, which can be recovered. Not safe for several threads.
/// </summary>
public sealed class RecordingWriter : IDisposable
{
    private const long ChunkNs = 1_000_000_000;

    private readonly string _place;
    private readonly RecordingOptions _options;
    private readonly string? _session;
    private readonly Dictionary<(string Topic, int Partition), RecordedChannel> _channels = []; // of the file
    private FileStream? _file;
    private McapWriter? _writer;
    private McapChannel? _events; // of the file
    private int _number;
    private uint _sequence;
    private long _begun, _synced, _lastChunk, _received = long.MinValue;

    /// <summary>Begins a recording. The first file is made with the first record.</summary>
    /// <param name="folder">The folder, which is made if it is missing.</param>
    /// <param name="name">The name that the files begin with.</param>
    /// <param name="options">How files are written (default: see there).</param>
    /// <param name="session">
    /// The run whose events are written, unique among the runs that are replayed together; null (default): the recording has records alone.
    /// </param>
    /// <exception cref="RecordingException">The folder has a recording of this name.</exception>
    public RecordingWriter(string folder, string name, RecordingOptions? options = null, string? session = null)
    {
        (_place, _options, _session) = (Path.Combine(folder, name), options ?? new RecordingOptions(), session);
        Directory.CreateDirectory(folder);
        if (File.Exists(FilePath)) throw new RecordingException($"{FilePath}: is there already, expected a new name or another folder");
    }

    /// <summary>The file that is written now, or next.</summary>
    public string FilePath => string.Create(CultureInfo.InvariantCulture, $"{_place}-{_number:D4}.mcap");

    /// <summary>Records so far.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes of the keys and values so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Files so far.</summary>
    public int Files => _number + (_writer is null ? 0 : 1);

    /// <summary>Adds a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="receivedNs">When it was received, in nanoseconds since 1970. A time before that of the last record counts as that.</param>
    /// <exception cref="RecordingException">The file cannot be written: the disk is full, or away.</exception>
    public void Add(SourceRecord record, long receivedNs)
    {
        Run(record, () => Write(record, _received = Math.Max(receivedNs, _received)));
        Count++;
        Bytes += (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);
    }

    /// <summary>Adds an event of the run: a record, or what is kept beside the records. <see cref="CommitBegun"/> writes what is in memory.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="receivedNs">When it was, in nanoseconds since 1970. A time before that of the last event counts as that.</param>
    /// <exception cref="RecordingException">The file cannot be written: the disk is full, or away.</exception>
    public void Add(IntakeEvent happened, long receivedNs)
    {
        if (happened is RecordRead { Record: var record }) Add(record, receivedNs);
        else if (happened is CommitBegun) WriteOut(receivedNs);
        else Run(happened, () => Write(happened, _received = Math.Max(receivedNs, _received)));
    }

    /// <summary>Writes what is in memory, if it has been there for a second. To be called while no record comes.</summary>
    /// <param name="nowNs">The time, in nanoseconds since 1970.</param>
    /// <exception cref="RecordingException">The file cannot be written.</exception>
    public void WriteIfDue(long nowNs)
    {
        if (nowNs - _lastChunk >= ChunkNs) WriteOut(nowNs);
    }

    /// <summary>Ends the recording: the last file gets its summary, and reaches the disk.</summary>
    /// <exception cref="RecordingException">The file cannot be written.</exception>
    public void Dispose()
    {
        try
        {
            EndFile();
        }
        catch (IOException e)
        {
            throw new RecordingException($"{FilePath}: {e.Message}; it has no summary", e);
        }
        finally
        {
            _file?.Dispose();
        }
    }

    private void WriteOut(long nowNs)
    {
        if (_writer is not { OpenChunkBytes: > 0 } writer) return;
        Run("the end", () =>
        {
            writer.CloseChunk();
            NoteChunk(nowNs);
        });
    }

    private void Run(object next, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordingException($"{FilePath}: {e.Message}; it has what came before {next}, but for the last second", e);
        }
    }

    private void Write(SourceRecord record, long now)
    {
        McapWriter writer = WriterAt(now);
        if (!_channels.TryGetValue((record.Topic, record.Partition), out RecordedChannel? channel))
        {
            channel = RecordedChannel.OfRecord(record, NextChannel, _session);
            _channels.Add((record.Topic, record.Partition), channel);
            writer.Add(channel.Schema);
            writer.Add(channel.Channel);
        }

        Write(writer, channel.Encode(record, now), now);
    }

    private void Write(IntakeEvent happened, long now)
    {
        if (EventEncoding.Encode(happened) is not { } data) return;
        McapWriter writer = WriterAt(now);
        if (_events is null)
        {
            _events = RecordedChannel.OfEvents(_session ?? throw new InvalidOperationException("an event of no session"), NextChannel);
            writer.Add(EventEncoding.Schema);
            writer.Add(_events);
        }

        Write(writer, new McapMessage(_events.Id, _sequence++, (ulong)now, (ulong)now, data), now);
    }

    private ushort NextChannel => checked((ushort)(_channels.Count + (_events is null ? 1 : 2)));

    private McapWriter WriterAt(long now)
    {
        if (_writer is { } last && (last.Position + last.OpenChunkBytes >= _options.FileBytes || now - _begun >= _options.FileNs)) EndFile();
        return _writer ?? BeginFile(now);
    }

    private void Write(McapWriter writer, McapMessage message, long now)
    {
        long before = writer.Position;
        writer.Add(message);
        if (writer.Position == before && now - _lastChunk >= ChunkNs) writer.CloseChunk();
        if (writer.Position > before) NoteChunk(now);
    }

    private void NoteChunk(long now)
    {
        _lastChunk = now;
        bool isDue = now - _synced >= _options.SyncNs;
        _file!.Flush(flushToDisk: isDue);
        if (isDue) _synced = now;
    }

    private McapWriter BeginFile(long now)
    {
        _file = new FileStream(FilePath, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 16);
        _begun = _synced = _lastChunk = now;
        return _writer = new McapWriter(_file, new McapWriterOptions { Library = "StreamPerceiver", Compression = McapCompression.Lz4 }); // the fastest
    }

    private void EndFile()
    {
        if (_writer is null) return;
        _writer.Dispose();
        _file!.Flush(flushToDisk: true);
        _file.Dispose();
        _writer = null;
        _channels.Clear();
        _events = null;
        _number++;
    }
}

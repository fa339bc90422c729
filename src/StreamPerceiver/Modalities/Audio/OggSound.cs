using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>
/// One stream of Opus or Vorbis, by libsndfile. The library reads the number of frames from the last page, so the stream is opened at once. It stays open where
/// it is the only one, because opening one of Vorbis takes as long as decoding a record.
/// </summary>
internal sealed class OggSound : Sound, IDisposable
{
    private readonly ReadOnlyMemory<byte> _stream;
    private readonly bool _acceptsDamage;
    private SoundFile? _open;

    /// <summary>Opens a stream of an Ogg file.</summary>
    /// <param name="stream">Its pages.</param>
    /// <param name="acceptsDamage">Whether decoding goes on behind damage.</param>
    /// <param name="staysOpen">Whether the first reader takes what was opened here.</param>
    /// <exception cref="BadPayloadException">It cannot be opened.</exception>
    public OggSound(ReadOnlyMemory<byte> stream, bool acceptsDamage, bool staysOpen)
        : this(stream, acceptsDamage, new SoundFile(stream, acceptsDamage))
    {
        if (!staysOpen) Dispose();
    }

    private OggSound(ReadOnlyMemory<byte> stream, bool acceptsDamage, SoundFile file)
        : base(file.RateHz, file.Channels, file.Frames) => (_stream, _acceptsDamage, _open) = (stream, acceptsDamage, file);

    /// <inheritdoc/>
    public override ISoundReader Open()
    {
        SoundFile file = _open ?? new SoundFile(_stream, _acceptsDamage);
        _open = null;
        return file;
    }

    /// <summary>Closes the stream where no reader has taken it.</summary>
    public void Dispose()
    {
        _open?.Dispose();
        _open = null;
    }
}

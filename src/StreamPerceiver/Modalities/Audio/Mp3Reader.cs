using System.Runtime.InteropServices;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>Decodes frames of MPEG sound by libmpg123 (mpg123.h), which gets them one by one and prints nothing.</summary>
internal sealed unsafe partial class Mp3Reader : ISoundReader
{
    public const string Library = "libmpg123.so.0";

    private const int AddFlags = 2, RemoveFlags = 13;
    private const int Quiet = 0x20, Gapless = 0x40, NoResync = 0x80, ForceFloat = 0x400, IgnoreInfoFrame = 0x4000, AutoResample = 0x8000;
    private const int NoReadAhead = 0x400000;
    private const int NewFormat = -11, NeedMore = -10, Float32 = 0x200;

    private readonly ReadOnlyMemory<byte> _payload;
    private readonly IReadOnlyList<(int Start, int Length)> _frames;
    private readonly int _rateHz, _channels;
    private readonly bool _acceptsDamage;
    private readonly nint _decoder;
    private int _next;
    private long _skip, _left; // numbers that come before the sound, and numbers of it

    static Mp3Reader()
    {
        if (IsThere) _ = Initialise();
    }

    /// <summary>Opens frames of one kind.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="frames">Where its frames are.</param>
    /// <param name="rateHz">Their sample rate, in hertz.</param>
    /// <param name="channels">Their number of channels.</param>
    /// <param name="delay">Samples of each channel that come before the sound.</param>
    /// <param name="length">Samples of each channel of the sound. What comes behind them is left out.</param>
    /// <param name="acceptsDamage">Whether frames that cannot be decoded are left out.</param>
    /// <exception cref="BadPayloadException">The library gives no decoder.</exception>
    public Mp3Reader(
        ReadOnlyMemory<byte> payload, IReadOnlyList<(int Start, int Length)> frames, int rateHz, int channels, int delay, long length, bool acceptsDamage)
    {
        (_payload, _frames, _rateHz, _channels, _acceptsDamage) = (payload, frames, rateHz, channels, acceptsDamage);
        (_skip, _left) = ((long)delay * channels, length * channels);
        _decoder = New(0, out _);
        bool isOpen = _decoder != 0
            && Parameter(_decoder, RemoveFlags, Gapless | AutoResample, 0) == 0
            && Parameter(_decoder, AddFlags, Quiet | NoResync | ForceFloat | IgnoreInfoFrame | NoReadAhead, 0) == 0
            && OpenFeed(_decoder) == 0;
        if (isOpen) return;
        Dispose();
        throw Bad($"{Library} gives no decoder for floating-point numbers");
    }

    /// <summary>Whether the library is installed.</summary>
    public static bool IsThere { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <inheritdoc/>
    public int Read(Span<float> samples)
    {
        while (true)
        {
            int read = ReadOnce(samples);
            if (read <= 0) return 0;
            int skipped = (int)Math.Min(_skip, read);
            _skip -= skipped;
            int count = (int)Math.Min(_left, read - skipped);
            _left -= count;
            if (count == 0 && _left > 0) continue;
            samples.Slice(skipped, count).CopyTo(samples);
            return count;
        }
    }

    /// <summary>Closes the decoder. It must not be used any more.</summary>
    public void Dispose()
    {
        if (_decoder != 0) Delete(_decoder);
    }

    private int ReadOnce(Span<float> samples)
    {
        while (true)
        {
            nuint done;
            int result;
            fixed (float* to = samples) result = Decode(_decoder, to, (nuint)samples.Length * sizeof(float), out done);
            if (result == NewFormat) CheckFormat();
            else if (result is not (0 or NeedMore) && !_acceptsDamage) throw Bad($"it is damaged: frame {_next - 1} of {_frames.Count} cannot be decoded");
            if (done > 0) return (int)(done / sizeof(float));
            if (result == NewFormat) continue;
            if (_next == _frames.Count) return 0;
            (int start, int length) = _frames[_next++];
            fixed (byte* frame = _payload.Span.Slice(start, length)) _ = Feed(_decoder, frame, (nuint)length);
        }
    }

    private void CheckFormat()
    {
        if (Format(_decoder, out nint rate, out int channels, out int encoding) == 0 && (rate, channels, encoding) != (_rateHz, _channels, Float32))
            throw Bad($"it is decoded to {rate} Hz and {channels} channels, expected the {_rateHz} Hz and {_channels} of its frames");
    }

    private static BadPayloadException Bad(string message) => new(RejectionReason.Undecodable, message);

    [LibraryImport(Library, EntryPoint = "mpg123_init")]
    private static partial int Initialise();

    [LibraryImport(Library, EntryPoint = "mpg123_new")]
    private static partial nint New(nint name, out int error);

    [LibraryImport(Library, EntryPoint = "mpg123_param")]
    private static partial int Parameter(nint decoder, int name, nint value, double number);

    [LibraryImport(Library, EntryPoint = "mpg123_open_feed")]
    private static partial int OpenFeed(nint decoder);

    [LibraryImport(Library, EntryPoint = "mpg123_feed")]
    private static partial int Feed(nint decoder, byte* from, nuint bytes);

    [LibraryImport(Library, EntryPoint = "mpg123_read")]
    private static partial int Decode(nint decoder, void* to, nuint bytes, out nuint done);

    [LibraryImport(Library, EntryPoint = "mpg123_getformat")]
    private static partial int Format(nint decoder, out nint rate, out int channels, out int encoding);

    [LibraryImport(Library, EntryPoint = "mpg123_delete")]
    private static partial void Delete(nint decoder);
}

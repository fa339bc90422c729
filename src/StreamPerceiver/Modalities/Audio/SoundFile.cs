using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NAudio.Wave;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>A sound in memory, read by libsndfile (sndfile.h, version 1). It gives floats of -1 to 1, any number of channels.</summary>
internal sealed unsafe partial class SoundFile : ISampleProvider, IDisposable
{
    public const string Library = "libsndfile.so.1";

    // SF_FORMAT_OPUS, among the lower bits of a format
    private const int Opus = 0x64;
    private const int CodecMask = 0xFFFF;

    // Most numbers in a sound: what ten minutes of 48 kHz in stereo have. FLAC can hold an hour of silence in a few kilobytes.
    private const long MaxValues = 2L * 48_000 * SoundReader.MaxSeconds;

    private const int ReadMode = 0x10;

    private readonly byte[] _payload;
    private readonly int _start;
    private readonly nint _file;
    private readonly Info _info;
    private GCHandle _self;
    private int _position;
    private long _framesRead;

    /// <summary>Opens the sound that begins at a place of a payload.</summary>
    /// <exception cref="BadPayloadException">It cannot be opened, or its rate or channels are out of range.</exception>
    public SoundFile(byte[] payload, int start)
    {
        (_payload, _start) = (payload, start);
        _self = GCHandle.Alloc(this);
        Callbacks callbacks = new() { Length = &Length, Seek = &Seek, Read = &Read, Tell = &Tell };
        _file = Open(&callbacks, ReadMode, out _info, GCHandle.ToIntPtr(_self));
        if (_file != 0 && _info.Rate is >= 1 and <= SoundReader.MaxRateHz && _info.Channels is >= 1 and <= SoundReader.MaxChannels)
        {
            WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(_info.Rate, _info.Channels);
            return;
        }

        Dispose();
        throw new BadPayloadException(RejectionReason.Undecodable, _file == 0
            ? $"libsndfile cannot open its {payload.Length} bytes"
            : $"it has {_info.Rate} Hz and {_info.Channels} channels, expected 1 to {SoundReader.MaxRateHz} and 1 to {SoundReader.MaxChannels}");
    }

    /// <summary>Whether the library is installed.</summary>
    public static bool IsThere { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <inheritdoc/>
    public WaveFormat WaveFormat { get; }

    /// <summary>Whether the codec is Opus.</summary>
    public bool IsOpus => (_info.Format & CodecMask) == Opus;

    /// <summary>What of the payload has not been read.</summary>
    public ReadOnlySpan<byte> Rest => _payload.AsSpan(_start + _position);

    /// <inheritdoc/>
    /// <exception cref="BadPayloadException">It is damaged or cut off: it has not as many frames as its header claims. Or it is too long.</exception>
    public int Read(Span<float> buffer)
    {
        fixed (float* to = buffer)
        {
            long read = ReadFrames(_file, to, buffer.Length / _info.Channels);
            _framesRead += read;
            if (_framesRead * _info.Channels > MaxValues)
                throw new BadPayloadException(RejectionReason.WrongShape, $"it has more than {MaxValues} numbers, expected at most that");
            bool isWhole = _framesRead == _info.Frames || _info.Frames == long.MaxValue; // the latter is a stream of unknown length
            if (read == 0 && (!isWhole || Error(_file) != 0))
            {
                throw new BadPayloadException(
                    RejectionReason.Undecodable,
                    $"it is damaged or cut off after {_framesRead} frames of {_info.Frames}: {Marshal.PtrToStringUTF8(ErrorText(_file))}");
            }

            return (int)read * _info.Channels;
        }
    }

    /// <summary>Closes it. It must not be used any more.</summary>
    public void Dispose()
    {
        if (_file != 0) _ = Close(_file);
        _self.Free();
    }

    private static SoundFile From(nint self) => (SoundFile)GCHandle.FromIntPtr(self).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Length(nint self) => From(self)._payload.Length - From(self)._start;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Tell(nint self) => From(self)._position;

    // From the beginning, from the place or from the end; a place out of the payload becomes the nearest one in it.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Seek(long offset, int whence, nint self)
    {
        SoundFile file = From(self);
        int length = file._payload.Length - file._start;
        int from = whence switch { 0 => 0, 1 => file._position, _ => length };
        return file._position = (int)Math.Clamp(Math.Clamp(offset, -length, length) + from, 0, length);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Read(byte* to, long count, nint self)
    {
        SoundFile file = From(self);
        ReadOnlySpan<byte> read = file.Rest[..(int)Math.Clamp(count, 0, file.Rest.Length)];
        read.CopyTo(new Span<byte>(to, read.Length));
        file._position += read.Length;
        return read.Length;
    }

    [LibraryImport(Library, EntryPoint = "sf_open_virtual")]
    private static partial nint Open(Callbacks* callbacks, int mode, out Info info, nint self);

    [LibraryImport(Library, EntryPoint = "sf_readf_float")]
    private static partial long ReadFrames(nint file, float* to, long frames);

    [LibraryImport(Library, EntryPoint = "sf_error")]
    private static partial int Error(nint file);

    [LibraryImport(Library, EntryPoint = "sf_strerror")]
    private static partial nint ErrorText(nint file);

    [LibraryImport(Library, EntryPoint = "sf_close")]
    private static partial int Close(nint file);

    // SF_VIRTUAL_IO
    private struct Callbacks
    {
        public delegate* unmanaged[Cdecl]<nint, long> Length;
        public delegate* unmanaged[Cdecl]<long, int, nint, long> Seek;
        public delegate* unmanaged[Cdecl]<byte*, long, nint, long> Read;
        public nint Write;
        public delegate* unmanaged[Cdecl]<nint, long> Tell;
    }

    // SF_INFO
    private struct Info
    {
        public long Frames;
        public int Rate, Channels, Format, Sections, Seekable;
    }
}

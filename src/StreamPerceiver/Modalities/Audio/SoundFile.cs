using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>A stream of FLAC, Vorbis or Opus in memory, read by libsndfile (sndfile.h, version 1).</summary>
internal sealed unsafe partial class SoundFile : ISoundReader
{
    public const string Library = "libsndfile.so.1";

    private const int ReadMode = 0x10;

    private readonly ReadOnlyMemory<byte> _stream;
    private readonly bool _acceptsDamage;
    private readonly nint _file;
    private readonly Info _info;
    private readonly byte[]? _sum;
    private readonly int _bytes;
    private readonly IncrementalHash? _hash;
    private GCHandle _self;
    private int _position;
    private long _framesRead;
    private int[] _integers = [];

    /// <summary>Opens a stream for reading.</summary>
    /// <param name="stream">The stream and nothing else.</param>
    /// <param name="acceptsDamage">Whether decoding goes on behind damage.</param>
    /// <param name="sum">The MD5 of the samples as whole numbers, little-endian; null (default) where they have no such sum.</param>
    /// <param name="bits">Bits of such a number.</param>
    /// <exception cref="BadPayloadException">It cannot be opened.</exception>
    public SoundFile(ReadOnlyMemory<byte> stream, bool acceptsDamage, byte[]? sum = null, int bits = 0)
    {
        (_stream, _acceptsDamage, _sum, _bytes) = (stream, acceptsDamage, sum, bits / 8);
        if (sum is not null) _hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        _self = GCHandle.Alloc(this);
        Callbacks callbacks = new() { Length = &Length, Seek = &Seek, Read = &Read, Tell = &Tell };
        _file = Open(&callbacks, ReadMode, out _info, GCHandle.ToIntPtr(_self));
        if (_file != 0 && _info.Channels > 0) return;
        Dispose();
        throw Bad($"its {stream.Length} bytes cannot be opened: the header is damaged or cut off, or has an encoding that is not read");
    }

    /// <summary>Whether the library is installed.</summary>
    public static bool IsThere { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <summary>Sample rate, in hertz.</summary>
    public int RateHz => _info.Rate;

    /// <summary>The number of channels.</summary>
    public int Channels => _info.Channels;

    /// <summary>The number of frames by the header.</summary>
    public long Frames => _info.Frames;

    /// <summary>Rejects a record that needs the library where it is not installed.</summary>
    public static void RequireLibrary(string mediaType)
    {
        if (!IsThere)
            throw new BadPayloadException(
                RejectionReason.UnknownContentType, $"{mediaType} needs {Library}, expected Debian's libsndfile1 to be installed");
    }

    /// <inheritdoc/>
    public int Read(Span<float> samples)
    {
        long read;
        fixed (float* to = samples) read = _hash is null ? ReadFloats(_file, to, samples.Length / Channels) : ReadHashed(samples);
        _framesRead += read;
        if (_acceptsDamage) return (int)read * Channels;
        if (Error(_file) != 0) throw Bad($"it is damaged or cut off near frame {_framesRead}");
        if (read == 0 && _hash is not null && _framesRead == Frames && !_hash.GetHashAndReset().AsSpan().SequenceEqual(_sum))
            throw Bad($"it is damaged: the MD5 of its {_framesRead} frames is not that of its header");
        return (int)read * Channels;
    }

    /// <summary>Closes it. It must not be used any more.</summary>
    public void Dispose()
    {
        if (_file != 0) _ = Close(_file);
        _self.Free();
        _hash?.Dispose();
    }

    // The whole numbers of libsndfile have the sample in their upper bits.
    private long ReadHashed(Span<float> samples)
    {
        if (_integers.Length < samples.Length) _integers = new int[samples.Length];
        long read;
        fixed (int* to = _integers) read = ReadIntegers(_file, to, samples.Length / Channels);
        ReadOnlySpan<int> numbers = _integers.AsSpan(0, (int)read * Channels);
        var bytes = new byte[numbers.Length * _bytes];
        for (int i = 0; i < numbers.Length; i++)
        {
            samples[i] = numbers[i] / 2147483648f;
            for (int k = 0; k < _bytes; k++) bytes[i * _bytes + k] = (byte)(numbers[i] >> (32 - 8 * (_bytes - k)));
        }

        _hash!.AppendData(bytes);
        return read;
    }

    private static BadPayloadException Bad(string message) => new(RejectionReason.Undecodable, message);

    private static SoundFile From(nint self) => (SoundFile)GCHandle.FromIntPtr(self).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Length(nint self) => From(self)._stream.Length;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Tell(nint self) => From(self)._position;

    // From the beginning, from the place or from the end; a place out of the stream becomes the nearest one in it.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Seek(long offset, int whence, nint self)
    {
        SoundFile file = From(self);
        int length = file._stream.Length, from = whence switch { 0 => 0, 1 => file._position, _ => length };
        return file._position = (int)Math.Clamp(Math.Clamp(offset, -length, length) + from, 0, length);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Read(byte* to, long count, nint self)
    {
        SoundFile file = From(self);
        ReadOnlySpan<byte> rest = file._stream.Span[file._position..], read = rest[..(int)Math.Clamp(count, 0, rest.Length)];
        read.CopyTo(new Span<byte>(to, read.Length));
        file._position += read.Length;
        return read.Length;
    }

    [LibraryImport(Library, EntryPoint = "sf_open_virtual")]
    private static partial nint Open(Callbacks* callbacks, int mode, out Info info, nint self);

    [LibraryImport(Library, EntryPoint = "sf_readf_float")]
    private static partial long ReadFloats(nint file, float* to, long frames);

    [LibraryImport(Library, EntryPoint = "sf_readf_int")]
    private static partial long ReadIntegers(nint file, int* to, long frames);

    [LibraryImport(Library, EntryPoint = "sf_error")]
    private static partial int Error(nint file);

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

using System.Runtime.InteropServices;
using OpenCvSharp;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Video.Segments;

/// <summary>An open segment: its headers, its packets in the order of decoding, and its pictures in the order in which they are shown.</summary>
internal sealed unsafe class SegmentFile : IDisposable
{
    // A decoder's tables of a picture, in bits a pixel.
    private const int TableBits = 6;

    // Pictures that a decoder needs beside those that others refer to: the one in work, and those that wait for their turn.
    private const int SparePictures = 3;

    private readonly nint _segment;
    private readonly SegmentLibrary.Info _info;
    private readonly int _bytes;
    private GCHandle _payload;
    private SegmentLibrary.Frame _frame;

    /// <summary>Opens a segment. Nothing is decoded.</summary>
    /// <exception cref="BadPayloadException">FFmpeg's libraries are not installed, or there is no video in the payload that they read.</exception>
    public SegmentFile(byte[] payload, SegmentFormat format)
    {
        if (!SegmentLibrary.IsThere)
            throw new BadPayloadException(RejectionReason.UnknownContentType, $"{format.MediaTypes[0]} needs {SegmentLibrary.Packages}");
        _bytes = payload.Length;
        _payload = GCHandle.Alloc(payload, GCHandleType.Pinned);
        _segment = SegmentLibrary.Open((byte*)_payload.AddrOfPinnedObject(), payload.Length, format.Reader, isSound: 0, SampleCollector.MostSamples, out _info);
        string problem = Problem;
        if (_segment != 0 && _info is { IsSupported: not 0, Packets: > 0 }) return;
        bool isUnknown = _info.Streams > 0 && _info.IsSupported == 0;
        Dispose();
        if (isUnknown)
        {
            throw new BadPayloadException(
                RejectionReason.UnknownContentType, $"its video is in {Codec}, expected h264, hevc, vp8, vp9, av1 or mjpeg");
        }

        string why = problem.Length > 0 ? $": {problem}" : "";
        throw PictureHeader.Bad($"{payload.Length} bytes of {format.MediaTypes[0]} have no {(_info.Streams > 0 ? "picture" : "stream of video")}{why}");
    }

    /// <summary>The codec's name.</summary>
    public string Codec => SegmentLibrary.CodecOf(_info);

    /// <summary>The greatest width that the headers state, in pixels as they are stored.</summary>
    public int Width => _info.Width;

    /// <summary>The height at that width, in pixels.</summary>
    public int Height => _info.Height;

    /// <summary>The pixels of a picture.</summary>
    public long Pixels => (long)_info.Width * _info.Height;

    /// <summary>How the camera was held, 1 to 8, as Exif numbers it; 0 for an angle that is no multiple of 90 degrees.</summary>
    public int Orientation => _info.Orientation;

    /// <summary>The streams of video.</summary>
    public int VideoStreams => _info.Streams;

    /// <summary>The number of packets; one more than a record may have samples where there are more.</summary>
    public int Count => _info.Packets;

    /// <summary>Packets that the segment's index has and its data lack.</summary>
    public int Missing => _info.Missing;

    /// <summary>Whether a packet may have no picture to show.</summary>
    public bool MayHide => _info.MayHide != 0;

    /// <summary>Why reading ended before the end of the payload; empty where it did not.</summary>
    public string Problem => SegmentLibrary.ProblemOf(_info);

    /// <summary>Pictures a second, as the container states them; 0 where it does not.</summary>
    public (long Numerator, long Denominator) Rate => (_info.RateNumerator, _info.RateDenominator);

    /// <summary>
    /// Estimates the bytes that decoding takes beside the payload: a copy of the packets, the decoder's pictures, one picture in colours, and the samples.
    /// </summary>
    /// <param name="sampleBytes">The bytes of a picture at the pipeline's size.</param>
    public long DecodingBytes(long sampleBytes)
    {
        long colours = Pixels * (Orientation > 1 ? 6 : 3), stored = Pixels * (_info.Bits + TableBits) / 8;
        return _bytes + Count * sampleBytes + colours + (References + SparePictures) * stored;
    }

    /// <summary>Returns what is known of each packet, in the order of decoding.</summary>
    public SegmentLibrary.Packet[] Packets()
    {
        var packets = new SegmentLibrary.Packet[Count];
        fixed (SegmentLibrary.Packet* to = packets) SegmentLibrary.Packets(_segment, to);
        return packets;
    }

    /// <summary>Opens the decoder.</summary>
    /// <exception cref="BadPayloadException">It does not take the stream's headers.</exception>
    public void Begin()
    {
        if (SegmentLibrary.Begin(_segment, (long)Aligned(Width) * Aligned(Height)) != 0)
            throw PictureHeader.Bad($"its {Codec} cannot be decoded: the headers are damaged or of a kind that is not read");

        static int Aligned(int size) => (size + 63) / 64 * 64; // a decoder's own edges
    }

    /// <summary>Decodes on, to the next picture or complaint. Returns false at the end.</summary>
    /// <param name="picture">The packet of the picture, and whether the decoder marks it as damaged; null where there is none.</param>
    /// <param name="problem">The packet in work, and what the decoder complains about; null where it does not.</param>
    public bool Next(out (int Packet, bool IsDamaged)? picture, out (int Packet, string Text)? problem)
    {
        int found = SegmentLibrary.Next(_segment, ref _frame);
        picture = found == 1 && (uint)_frame.Packet < Count ? (_frame.Packet, _frame.IsDamaged != 0) : null;
        fixed (byte* text = _frame.Problem) problem = *text == 0 ? null : (_frame.Sent, SegmentLibrary.Text(text));
        return found >= 0;
    }

    /// <summary>Converts the last picture to the pipeline's size.</summary>
    /// <exception cref="BadPayloadException">It cannot be converted.</exception>
    public byte[] Fit(PictureFit fit, int channels)
    {
        if (SegmentLibrary.Pixels(_segment, channels, ref _frame) != 0)
            throw PictureHeader.Bad($"a picture of {_frame.Width} x {_frame.Height} cannot be converted to colours");
        using Mat picture = Mat.FromPixelData(_frame.Height, _frame.Width, MatType.CV_8UC(channels), _frame.Pixels, _frame.Stride);
        if (picture.IsContinuous()) return fit.Fit(picture, Orientation);
        using Mat packed = picture.Clone();
        return fit.Fit(packed, Orientation);
    }

    /// <summary>Gets the pictures a second that the codec's own headers state, once a picture was decoded; 0 where they do not.</summary>
    public (long Numerator, long Denominator) CodecRate()
    {
        SegmentLibrary.Rate(_segment, out int numerator, out int denominator);
        return (numerator, denominator);
    }

    /// <summary>Closes it. It must not be used any more.</summary>
    public void Dispose()
    {
        if (_segment != 0) SegmentLibrary.Close(_segment);
        if (_payload.IsAllocated) _payload.Free();
    }

    // The pictures that a decoder keeps for others. H.264 states them by its level (ITU-T H.264, table A-1), in macroblocks of 16 x 16.
    private int References => Codec switch
    {
        "mjpeg" => 0,
        "vp8" => 3,
        "h264" => (int)Math.Clamp(MostMacroblocks(_info.Level) / Math.Max(1, Pixels / 256), 1, 16),
        "hevc" => 16,
        _ => 8,
    };

    private static int MostMacroblocks(int level) => level switch
    {
        > 0 and <= 13 => 2_376,
        > 0 and <= 21 => 4_752,
        > 0 and <= 30 => 8_100,
        > 0 and <= 31 => 18_000,
        > 0 and <= 41 => 32_768,
        > 0 and <= 50 => 110_400,
        > 0 and <= 52 => 184_320,
        _ => 696_320,
    };
}

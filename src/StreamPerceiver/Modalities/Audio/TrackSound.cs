using System.Runtime.InteropServices;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>The sound of a segment, by FFmpeg's libraries. Its packets are read and its first frame is decoded where it is opened.</summary>
internal sealed unsafe class TrackSound : Sound, ISoundReader, IDisposable
{
    private const string Kinds = "aac, mp2, mp3 or ac3";

    private readonly Track _track;
    private readonly bool _acceptsDamage;
    private long _framesRead;

    /// <summary>Opens the sound of a segment.</summary>
    /// <param name="payload">The segment.</param>
    /// <param name="mediaType">Its media type, for messages.</param>
    /// <param name="format">Its format.</param>
    /// <param name="acceptsDamage">Whether decoding goes on behind damage.</param>
    /// <exception cref="BadPayloadException">FFmpeg's libraries are not installed, or there is no sound in the payload that they read.</exception>
    public TrackSound(byte[] payload, string mediaType, SegmentFormat format, bool acceptsDamage)
        : this(new Track(payload, mediaType, format), acceptsDamage)
    {
    }

    private TrackSound(Track track, bool acceptsDamage)
        : base(track.Sound.Rate, track.Sound.Channels, (long)track.Info.Packets * track.Sound.FrameSamples)
        => (_track, _acceptsDamage) = (track, acceptsDamage);

    /// <inheritdoc/>
    public override bool MayEndEarly => true;

    /// <inheritdoc/>
    public override long StartNs => _track.Sound.Start;

    /// <inheritdoc/>
    public override ISoundReader Open()
    {
        if (_acceptsDamage) return this;
        if (_track.Info.Missing > 0) throw Bad($"{_track.Info.Missing} packets of its index are not in it");
        if (SegmentLibrary.ProblemOf(_track.Info) is { Length: > 0 } problem) throw Bad(problem);
        return this;
    }

    /// <inheritdoc/>
    public int Read(Span<float> samples)
    {
        byte* problem = stackalloc byte[SegmentLibrary.ProblemBytes];
        int read;
        fixed (float* to = samples)
        {
            while ((read = SegmentLibrary.ReadSound(_track.Handle, to, samples.Length / Channels, problem)) < 0)
                if (!_acceptsDamage)
                    throw Bad($"{SegmentLibrary.Text(problem)}, near frame {_framesRead}");
        }

        _framesRead += read;
        return read * Channels;
    }

    /// <summary>Closes it. It must not be used any more.</summary>
    public void Dispose() => _track.Dispose();

    private static BadPayloadException Bad(string problem) => new(RejectionReason.Undecodable, $"the sound is damaged: {problem}");

    // The open segment, with what is known of its sound.
    private sealed class Track : IDisposable
    {
        private GCHandle _payload;

        public Track(byte[] payload, string mediaType, SegmentFormat format)
        {
            if (!SegmentLibrary.IsThere) throw new BadPayloadException(RejectionReason.UnknownContentType, $"{mediaType} needs {SegmentLibrary.Packages}");
            _payload = GCHandle.Alloc(payload, GCHandleType.Pinned);
            Handle = SegmentLibrary.Open(
                (byte*)_payload.AddrOfPinnedObject(), payload.Length, format.Reader, isSound: 1, SampleCollector.MostSamples, out SegmentLibrary.Info info);
            Info = info;
            bool isSupported = Handle != 0 && info.IsSupported != 0, isOne = info is { Streams: 1, Packets: > 0 and <= SampleCollector.MostSamples };
            if (isSupported && isOne && SegmentLibrary.BeginSound(Handle, out SegmentLibrary.Sound sound) == 0)
            {
                Sound = sound;
                return;
            }

            string problem = SegmentLibrary.ProblemOf(info), why = problem.Length > 0 ? $": {problem}" : "";
            Dispose();
            throw (info.Streams, isSupported) switch
            {
                (1, true) when info.Packets > SampleCollector.MostSamples => new BadPayloadException(
                    RejectionReason.TooLarge, $"the segment has more than {SampleCollector.MostSamples} packets of sound"),
                ( > 1, _) => new BadPayloadException(RejectionReason.WrongShape, $"the segment has {info.Streams} streams of sound, expected one"),
                (1, false) => new BadPayloadException(
                    RejectionReason.UnknownContentType, $"its sound is in {SegmentLibrary.CodecOf(info)}, expected {Kinds}"),
                (1, true) => Bad($"nothing in it can be decoded as {SegmentLibrary.CodecOf(info)}{why}"),
                _ => new BadPayloadException(
                    RejectionReason.Undecodable, $"{payload.Length} bytes of {mediaType} begin with {SoundKind.Of(payload)} and have no stream of sound{why}"),
            };
        }

        public nint Handle { get; private set; }

        public SegmentLibrary.Info Info { get; }

        public SegmentLibrary.Sound Sound { get; }

        public void Dispose()
        {
            if (Handle != 0) SegmentLibrary.Close(Handle);
            Handle = 0;
            if (_payload.IsAllocated) _payload.Free();
        }
    }
}

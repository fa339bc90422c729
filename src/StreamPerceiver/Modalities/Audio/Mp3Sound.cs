using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>MPEG sound: frames of one kind that follow one another. It is decoded by libmpg123.</summary>
internal sealed class Mp3Sound : Sound
{
    // A decoder of layer III gives the sound so many samples late.
    private const int DecoderDelay = 529;

    private readonly ReadOnlyMemory<byte> _payload;
    private readonly List<(int Start, int Length)> _frames;
    private readonly int _delay;
    private readonly bool _acceptsDamage;
    private ReadOnlyMemory<byte> _summed; // what the checksum of the first frame is of; empty where it has none
    private ushort _sum;

    private Mp3Sound(ReadOnlyMemory<byte> payload, Mp3Frame kind, List<(int Start, int Length)> frames, int delay, int padding, bool acceptsDamage)
        : base(kind.RateHz, kind.Channels, Math.Max(0, (long)frames.Count * kind.Samples - delay - padding))
        => (_payload, _frames, _delay, _acceptsDamage) = (payload, frames, delay, acceptsDamage);

    /// <summary>Finds the frames of a payload, and splits them into sounds where a tag or another kind of frame begins.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="acceptsDamage">Whether damage is passed over.</param>
    /// <param name="onDamage">Is told of damage, and may throw.</param>
    public static IReadOnlyList<Sound> Split(ReadOnlyMemory<byte> payload, bool acceptsDamage, Action<string> onDamage)
    {
        List<Sound> sounds = [];
        List<(int Start, int Length)> frames = [];
        Mp3Frame kind = default;
        ReadOnlySpan<byte> bytes = payload.Span;
        for (int at = Id3.TagLength(bytes); at < bytes.Length;)
        {
            if (Mp3Frame.At(bytes[at..]) is { } frame && at + frame.Length <= bytes.Length)
            {
                if (frames.Count > 0 && (!frame.Continues(kind) || Mp3Info.Read(bytes.Slice(at, frame.Length), frame.SideBytes) is not null)) End();
                kind = frame;
                frames.Add((at, frame.Length));
                at += frame.Length;
            }
            else if (Id3.TagLength(bytes[at..]) is > 0 and var tag)
            {
                End();
                at += tag;
            }
            else if (Id3.IsTrailer(bytes[at..]))
            {
                break;
            }
            else
            {
                if (!acceptsDamage) onDamage($"it is damaged or cut off: its frames are whole up to byte {at} of {bytes.Length}");
                int next = bytes[(at + 1)..].IndexOf((byte)0xFF);
                at = next < 0 ? bytes.Length : at + 1 + next;
            }
        }

        End();
        return sounds;

        void End()
        {
            if (frames.Count > 0) sounds.Add(Of(payload, kind, frames, acceptsDamage, onDamage));
            frames = [];
        }
    }

    /// <inheritdoc/>
    public override ISoundReader Open()
    {
        if (!_acceptsDamage && !_summed.IsEmpty && Mp3Info.Checksum(_summed.Span) != _sum)
        {
            throw new BadPayloadException(
                RejectionReason.Undecodable, $"it is damaged: the checksum of its {_summed.Length} bytes is not that of its first frame");
        }

        return new Mp3Reader(_payload, _frames, RateHz, Channels, _delay, Frames, _acceptsDamage);
    }

    // The first frame may hold no sound, but counts and checks of the others.
    private static Mp3Sound Of(
        ReadOnlyMemory<byte> payload, Mp3Frame kind, List<(int Start, int Length)> frames, bool acceptsDamage, Action<string> onDamage)
    {
        (int start, int length) = frames[0];
        if (Mp3Info.Read(payload.Span.Slice(start, length), kind.SideBytes) is not { } info)
            return new Mp3Sound(payload, kind, frames, 0, 0, acceptsDamage);
        frames.RemoveAt(0);
        if (info.Frames > frames.Count) onDamage($"it is damaged or cut off: {frames.Count} frames are there of {info.Frames}");
        bool hasDelay = info.Delay + info.Padding > 0, hasEnd = frames.Count >= info.Frames;
        int delay = hasDelay ? info.Delay + DecoderDelay : 0, padding = hasDelay && hasEnd ? Math.Max(0, info.Padding - DecoderDelay) : 0;
        ReadOnlyMemory<byte> summed = info.SoundBytes > length && start + info.SoundBytes <= payload.Length
            ? payload[(start + length)..(int)(start + info.SoundBytes)]
            : default;
        return new Mp3Sound(payload, kind, frames, delay, padding, acceptsDamage) { _summed = summed, _sum = info.SoundChecksum };
    }
}

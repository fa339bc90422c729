using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>Sounds that follow one another, all of one rate, with the channels of each averaged.</summary>
internal sealed class MonoSound : IDisposable
{
    private const int FramesAtOnce = 1024;

    private readonly Queue<Sound> _next;
    private readonly bool _acceptsDamage;
    private float[] _buffer = [];
    private Sound? _sound;
    private ISoundReader? _reader;
    private long _framesLeft;

    private MonoSound(IEnumerable<Sound> sounds, bool acceptsDamage) => (_next, _acceptsDamage) = (new Queue<Sound>(sounds), acceptsDamage);

    /// <summary>
    /// Decodes sounds to mono at one rate. A payload is resampled alone, so its result does not depend on other records. Nothing larger than the result is
    /// allocated.
    /// </summary>
    /// <param name="sounds">The sounds, in order.</param>
    /// <param name="rateHz">The rate wanted, in samples a second.</param>
    /// <param name="acceptsDamage">Whether what cannot be decoded is left out.</param>
    /// <exception cref="BadPayloadException">A sound is damaged.</exception>
    public static float[] Read(IReadOnlyList<Sound> sounds, int rateHz, bool acceptsDamage)
    {
        var runs = new List<(int RateHz, List<Sound> Sounds)>();
        foreach (Sound sound in sounds)
        {
            if (runs.Count == 0 || runs[^1].RateHz != sound.RateHz) runs.Add((sound.RateHz, []));
            runs[^1].Sounds.Add(sound);
        }

        var result = new float[runs.Sum(run => Resampler.FramesAfter(run.Sounds.Sum(sound => sound.Frames), run.RateHz, rateHz))];
        var rest = new float[FramesAtOnce];
        int length = 0;
        foreach ((int sourceRate, List<Sound> run) in runs)
        {
            using var mono = new MonoSound(run, acceptsDamage);
            var resampler = sourceRate == rateHz ? null : new Resampler(mono.Read, sourceRate, rateHz);
            for (int read; (read = resampler?.Read(result.AsSpan(length)) ?? mono.Read(result.AsSpan(length))) > 0;) length += read;
            while (mono.Read(rest) > 0) { } // what no output needs is decoded too, because it may be damaged
        }

        return length == result.Length ? result : result[..length];
    }

    /// <summary>Closes the sound that is open.</summary>
    public void Dispose() => _reader?.Dispose();

    private int Read(Span<float> mono)
    {
        while (!mono.IsEmpty)
        {
            if (_sound is null && !OpenNext()) return 0;
            int channels = _sound!.Channels, wanted = (int)Math.Min(Math.Min(mono.Length, FramesAtOnce), _framesLeft);
            int read = wanted == 0 ? 0 : _reader!.Read(_buffer.AsSpan(0, wanted * channels)) / channels;
            if (read > 0)
            {
                _framesLeft -= read;
                Average(_buffer, channels, mono[..read]);
                return read;
            }

            CheckEnd(_sound);
            _reader!.Dispose();
            (_sound, _reader) = (null, null);
        }

        return 0;
    }

    private bool OpenNext()
    {
        if (!_next.TryDequeue(out _sound)) return false;
        _reader = _sound.Open();
        _framesLeft = _sound.Frames;
        if (_buffer.Length < FramesAtOnce * _sound.Channels) _buffer = new float[FramesAtOnce * _sound.Channels];
        return true;
    }

    private void CheckEnd(Sound sound)
    {
        if (_acceptsDamage) return;
        if (_framesLeft > 0 && !sound.MayEndEarly) throw Bad($"it is damaged or cut off after {sound.Frames - _framesLeft} frames of {sound.Frames}");
        if (_reader!.Read(_buffer.AsSpan(0, sound.Channels)) > 0) throw Bad($"it has more frames than the {sound.Frames} of its header");

        static BadPayloadException Bad(string message) => new(Flow.RejectionReason.Undecodable, message);
    }

    private static void Average(float[] samples, int channels, Span<float> mono)
    {
        if (channels == 1)
        {
            samples.AsSpan(0, mono.Length).CopyTo(mono);
            return;
        }

        for (int frame = 0; frame < mono.Length; frame++)
        {
            float sum = 0;
            for (int c = 0; c < channels; c++) sum += samples[frame * channels + c];
            mono[frame] = sum / channels;
        }
    }
}

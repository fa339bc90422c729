namespace StreamPerceiver.Modalities.Audio;

/// <summary>
/// Changes the sample rate with a <see cref="ResamplingFilter"/>, and removes the filter's delay. Output n is the sound at the time n / targetRate. Of n input
/// samples it makes n * target / source output samples, rounded up.
/// </summary>
internal sealed class Resampler
{
    private const int SamplesAtOnce = 1024;

    private readonly Source _source;
    private readonly ResamplingFilter _filter;
    private float[] _window; // the input samples that the next output needs, with zeros before and after the sound
    private int _start, _end; // the range of the window that is in use
    private long _inputs, _outputs;
    private bool _ended;

    /// <summary>Makes a resampler of a source.</summary>
    /// <param name="source">Gives the sound, one channel.</param>
    /// <param name="sourceRate">Its sample rate, in hertz, at least 1.</param>
    /// <param name="targetRate">The sample rate of the output, in hertz, at least 1.</param>
    public Resampler(Source source, int sourceRate, int targetRate)
    {
        _source = source;
        _filter = ResamplingFilter.ForRates(sourceRate, targetRate);
        _end = _filter.Half - 1;
        _window = new float[_filter.Taps + SamplesAtOnce];
    }

    /// <summary>Reads the next samples of a sound. Returns how many; 0 at the end.</summary>
    internal delegate int Source(Span<float> samples);

    /// <summary>Counts the output samples for a number of input samples.</summary>
    public static long FramesAfter(long frames, int sourceRate, int targetRate)
        => (long)(((Int128)frames * targetRate + sourceRate - 1) / sourceRate);

    /// <summary>Reads the next output samples. Returns how many; 0 at the end.</summary>
    public int Read(Span<float> samples)
    {
        int count = 0;
        for (; count < samples.Length && FillWindow(); count++)
        {
            samples[count] = _filter.Apply(_window.AsSpan(_start), (int)(_outputs * _filter.Down % _filter.Up));
            long here = _outputs++ * _filter.Down / _filter.Up, next = _outputs * _filter.Down / _filter.Up;
            _start += (int)(next - here);
        }

        return count;
    }

    /// <summary>Fills the window for the next output. Returns false after the last output.</summary>
    private bool FillWindow()
    {
        while (!_ended && _end - _start < _filter.Taps) ReadOn();
        return !_ended || _outputs * _filter.Down < _inputs * _filter.Up;
    }

    private void ReadOn()
    {
        if (_start >= _end)
        {
            // The outputs are further apart than the filter is long, so some input samples are not used.
            _start -= _end;
            _end = 0;
        }
        else
        {
            _window.AsSpan(_start, _end - _start).CopyTo(_window);
            _end -= _start;
            _start = 0;
        }

        int read = _source(_window.AsSpan(_end, Math.Min(SamplesAtOnce, _window.Length - _end)));
        _inputs += read;
        _end += read;
        if (read > 0) return;
        _ended = true;
        Array.Resize(ref _window, _end + _filter.Taps); // no output needs more than Half samples after the last input
        Array.Clear(_window, _end, _filter.Taps);
    }
}

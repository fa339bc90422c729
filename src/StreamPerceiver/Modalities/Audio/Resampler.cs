using NAudio.Wave;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>
/// Changes the sample rate with a <see cref="ResamplingFilter"/>, and removes the filter's delay. Output n is the sound at the time n / targetRate. Of n input
/// frames it makes n * target / source output frames, rounded up. NAudio's own resampler aliases at -16 dB, adds a delay, and takes minutes for a hostile rate.
/// </summary>
internal sealed class Resampler : ISampleProvider
{
    private const int FramesAtOnce = 1024;

    private readonly ISampleProvider _source;
    private readonly int _channels;
    private readonly ResamplingFilter _filter;
    private readonly float[] _chunk;
    private readonly float[][] _windows; // by channel: the input frames that the next output needs, with zeros before and after the sound
    private int _start, _end; // the range of the windows that is in use
    private long _inputFrames, _outputFrames;
    private bool _ended;

    /// <summary>Makes a resampler of a source.</summary>
    /// <param name="source">The sound, with any number of channels.</param>
    /// <param name="targetRate">The sample rate of the output, in hertz, at least 1.</param>
    public Resampler(ISampleProvider source, int targetRate)
    {
        _source = source;
        _channels = source.WaveFormat.Channels;
        WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(targetRate, _channels);
        _filter = ResamplingFilter.ForRates(source.WaveFormat.SampleRate, targetRate);
        _end = _filter.Half - 1;
        _chunk = new float[FramesAtOnce * _channels];
        _windows = [.. Enumerable.Range(0, _channels).Select(_ => new float[_filter.Taps + FramesAtOnce])];
    }

    /// <inheritdoc/>
    public WaveFormat WaveFormat { get; }

    /// <inheritdoc/>
    public int Read(Span<float> buffer)
    {
        int wanted = buffer.Length / _channels, frames = 0;
        for (; frames < wanted && FillWindow(); frames++)
        {
            int phase = (int)(_outputFrames * _filter.Down % _filter.Up);
            for (int channel = 0; channel < _channels; channel++)
                buffer[frames * _channels + channel] = _filter.Apply(_windows[channel].AsSpan(_start), phase);
            long here = _outputFrames++ * _filter.Down / _filter.Up, next = _outputFrames * _filter.Down / _filter.Up;
            _start += (int)(next - here);
        }

        return frames * _channels;
    }

    /// <summary>Fills the windows for the next output. Returns false after the last output.</summary>
    private bool FillWindow()
    {
        while (!_ended && _end - _start < _filter.Taps) ReadChunk();
        return !_ended || _outputFrames * _filter.Down < _inputFrames * _filter.Up;
    }

    private void ReadChunk()
    {
        if (_start >= _end)
        {
            // The outputs are further apart than the filter is long, so some input frames are not used.
            _start -= _end;
            _end = 0;
        }
        else
        {
            foreach (float[] window in _windows) window.AsSpan(_start, _end - _start).CopyTo(window);
            _end -= _start;
            _start = 0;
        }

        int read = _source.Read(_chunk.AsSpan(0, Math.Min(FramesAtOnce, _windows[0].Length - _end) * _channels)) / _channels;
        for (int channel = 0; channel < _channels; channel++)
        {
            Span<float> room = _windows[channel].AsSpan(_end);
            if (_channels == 1) _chunk.AsSpan(0, read).CopyTo(room);
            else for (int frame = 0; frame < read; frame++) room[frame] = _chunk[frame * _channels + channel];
        }

        _inputFrames += read;
        _end += read;
        if (read > 0) return;
        _ended = true;
        for (int channel = 0; channel < _channels; channel++)
        {
            Array.Resize(ref _windows[channel], _end + _filter.Taps); // no output needs more than Half frames after the last input
            Array.Clear(_windows[channel], _end, _filter.Taps);
        }
    }
}

using NAudio.Wave;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>
/// Changes the sample rate by <see cref="ResamplingFilter"/>, without its delay: output n is the sound at the time n / targetRate, and n frames in
/// give n * target / source out, rounded up. NAudio's own resampler aliases at -16 dB, delays, and takes minutes for a hostile rate.
/// </summary>
internal sealed class Resampler : ISampleProvider
{
    private const int FramesAtOnce = 1024;

    private readonly ISampleProvider _source;
    private readonly int _channels;
    private readonly ResamplingFilter _filter;
    private readonly float[] _chunk;
    private readonly float[][] _windows; // by channel: frames of input, from the first that the next output needs; silence before the sound and after it
    private int _start, _end; // of what is in the windows
    private long _inputFrames, _outputFrames;
    private bool _ended;

    /// <summary>Reads a source at another rate.</summary>
    /// <param name="source">The sound, any number of channels.</param>
    /// <param name="targetRate">The rate wanted, in hertz, at least 1.</param>
    public Resampler(ISampleProvider source, int targetRate)
    {
        _source = source;
        _channels = source.WaveFormat.Channels;
        WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(targetRate, _channels);
        _filter = ResamplingFilter.Between(source.WaveFormat.SampleRate, targetRate);
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

    /// <summary>Fills the window for the next output; false after the last one.</summary>
    private bool FillWindow()
    {
        while (!_ended && _end - _start < _filter.Taps) ReadChunk();
        return !_ended || _outputFrames * _filter.Down < _inputFrames * _filter.Up;
    }

    private void ReadChunk()
    {
        if (_start >= _end)
        {
            // The outputs are so far apart that whole stretches of input are passed over.
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
            Array.Resize(ref _windows[channel], _end + _filter.Taps); // no output reaches further than Half past the last input
            Array.Clear(_windows[channel], _end, _filter.Taps);
        }
    }
}

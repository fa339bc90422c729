namespace NAudio.Wave.SampleProviders;

/// <summary>
/// Changes the sample rate. The name is the package's; the filter is our own (<see cref="ResamplingFilter"/>). Its delay is
/// taken out: output n is the sound at the time n / newSampleRate, and n frames in give n * new / old out, rounded up.
/// </summary>
public class WdlResamplingSampleProvider : ISampleProvider
{
    const int FramesAtOnce = 1024;

    readonly ISampleProvider source;
    readonly int channels;
    readonly ResamplingFilter? filter;
    readonly float[] chunk = [];
    readonly float[][] windows = []; // By channel, frames of input, from the first that the next output needs; silence before the sound and after it.
    int start, end; // Of what is in the windows.
    long inputFrames, outputFrames;
    bool ended;

    public WdlResamplingSampleProvider(ISampleProvider source, int newSampleRate)
    {
        ArgumentNullException.ThrowIfNull(source);
        this.source = source;
        channels = source.WaveFormat.Channels;
        WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(newSampleRate, channels);
        int rate = Math.Max(1, source.WaveFormat.SampleRate);
        if (rate == newSampleRate) return;
        filter = ResamplingFilter.Of(rate, Math.Max(1, newSampleRate));
        end = filter.Half - 1;
        chunk = new float[FramesAtOnce * channels];
        windows = [.. Enumerable.Range(0, channels).Select(_ => new float[filter.Taps + FramesAtOnce])];
    }

    public WaveFormat WaveFormat { get; }

    public int Read(float[] buffer, int offset, int count)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (filter is null) return source.Read(buffer, offset, count);
        int wanted = count / channels, frames = 0;
        for (; frames < wanted && Prepare(filter); frames++)
        {
            int phase = (int)(outputFrames * filter.Down % filter.Up);
            for (int channel = 0; channel < channels; channel++)
                buffer[offset + frames * channels + channel] = filter.Apply(windows[channel].AsSpan(start), phase);
            long here = outputFrames++ * filter.Down / filter.Up, next = outputFrames * filter.Down / filter.Up;
            start += (int)(next - here);
        }

        return frames * channels;
    }

    /// <summary>Fills the window for the next output; false after the last one.</summary>
    bool Prepare(ResamplingFilter design)
    {
        while (!ended && end - start < design.Taps) Fill(design);
        return !ended || outputFrames * design.Down < inputFrames * design.Up;
    }

    void Fill(ResamplingFilter design)
    {
        if (start >= end)
        {
            // The outputs are so far apart that whole stretches of input are passed over.
            start -= end;
            end = 0;
        }
        else
        {
            foreach (float[] window in windows) window.AsSpan(start, end - start).CopyTo(window);
            end -= start;
            start = 0;
        }

        int read = source.Read(chunk, 0, Math.Min(FramesAtOnce, windows[0].Length - end) * channels) / channels;
        for (int channel = 0; channel < channels; channel++)
        {
            Span<float> room = windows[channel].AsSpan(end);
            if (channels == 1) chunk.AsSpan(0, read).CopyTo(room);
            else for (int frame = 0; frame < read; frame++) room[frame] = chunk[frame * channels + channel];
        }

        inputFrames += read;
        end += read;
        if (read > 0) return;
        ended = true;
        for (int channel = 0; channel < channels; channel++)
        {
            Array.Resize(ref windows[channel], end + design.Taps); // No output reaches further than Half past the last input.
            Array.Clear(windows[channel], end, design.Taps);
        }
    }
}

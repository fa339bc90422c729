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
    float[] window; // Frames of input, from the first that the next output needs; silence before the sound and after it.
    int start, end; // Of what is in the window.
    long inputFrames, outputFrames;
    bool ended;

    public WdlResamplingSampleProvider(ISampleProvider source, int newSampleRate)
    {
        ArgumentNullException.ThrowIfNull(source);
        this.source = source;
        channels = source.WaveFormat.Channels;
        WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(newSampleRate, channels);
        int rate = Math.Max(1, source.WaveFormat.SampleRate);
        if (rate == newSampleRate)
        {
            window = [];
            return;
        }

        filter = new ResamplingFilter(rate, Math.Max(1, newSampleRate));
        end = (filter.Half - 1) * channels;
        window = new float[(filter.Taps + FramesAtOnce) * channels];
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
                buffer[offset + frames * channels + channel] = filter.Apply(window.AsSpan(start + channel), channels, phase);
            long here = outputFrames++ * filter.Down / filter.Up, next = outputFrames * filter.Down / filter.Up;
            start += (int)(next - here) * channels;
        }

        return frames * channels;
    }

    /// <summary>Fills the window for the next output; false after the last one.</summary>
    bool Prepare(ResamplingFilter design)
    {
        while (!ended && end - start < design.Taps * channels) Fill(design);
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
            window.AsSpan(start, end - start).CopyTo(window);
            end -= start;
            start = 0;
        }

        int read = source.Read(window, end, window.Length - end) / channels * channels;
        inputFrames += read / channels;
        end += read;
        if (read > 0) return;
        ended = true;
        Array.Resize(ref window, end + design.Taps * channels); // No output reaches further than Half past the last input.
        Array.Clear(window, end, window.Length - end);
    }
}

using StreamPerceiver.Modalities.Audio;

namespace StreamPerceiver.Tests.Decode;

public sealed class ResamplerTests
{
    [Theory]
    [InlineData(48000, 16000, 440)]
    [InlineData(44100, 16000, 440)]
    [InlineData(44101, 16000, 440)] // 16000 phases: more than the filter's table has
    [InlineData(48000, 16000, 6000)]
    [InlineData(8000, 16000, 3000)]
    [InlineData(16000, 44100, 6000)]
    public void A_sine_stays_the_same_sine_at_the_same_times(int from, int to, double frequency)
    {
        float[] output = Resampled(from, to, n => Math.Sin(2 * Math.PI * frequency * n / from), from);

        double worst = 0;
        for (int n = to / 10; n < output.Length - to / 10; n++)
            worst = Math.Max(worst, Math.Abs(output[n] - Math.Sin(2 * Math.PI * frequency * n / to)));
        worst.ShouldBeLessThan(1e-3);
    }

    [Theory]
    [InlineData(48000, 16000, 11000)]
    [InlineData(48000, 16000, 8100)]
    [InlineData(44100, 16000, 11000)]
    [InlineData(44101, 16000, 11000)]
    public void A_sine_above_half_the_new_rate_is_suppressed_by_sixty_decibels(int from, int to, double frequency)
    {
        float[] output = Resampled(from, to, n => Math.Sin(2 * Math.PI * frequency * n / from), from);

        double loudest = output[(to / 10)..^(to / 10)].Max(Math.Abs);
        (20 * Math.Log10(loudest)).ShouldBeLessThan(-60);
    }

    [Fact]
    public void An_impulse_becomes_symmetric_about_its_time()
    {
        float[] output = Resampled(48000, 16000, n => n == 3000 ? 1 : 0, 6000);

        output[1000].ShouldBe(output.Max());
        for (int n = 1; n < 100; n++) output[1000 - n].ShouldBe(output[1000 + n], 1e-9);
    }

    [Fact]
    public void A_constant_stays_that_constant()
        => Resampled(44100, 16000, _ => 0.5, 44100)[1000..^1000].ShouldAllBe(value => Math.Abs(value - 0.5) < 1e-6);

    [Theory]
    [InlineData(48000, 16000, 3000, 1000)]
    [InlineData(48000, 16000, 3001, 1001)]
    [InlineData(44100, 16000, 1, 1)]
    [InlineData(8000, 48000, 7, 42)]
    [InlineData(2_000_000_000, 16000, 5000, 1)]
    [InlineData(48000, 16000, 0, 0)]
    public void There_are_as_many_frames_as_the_time_holds(int from, int to, int frames, int expected)
        => Resampled(from, to, _ => 0.5, frames).Length.ShouldBe(expected);

    [Fact]
    public void Reading_in_pieces_gives_the_same_bits()
    {
        static double Sound(int n) => Math.Sin(n * 0.05) * Math.Cos(n * 0.0031);

        Resampled(44100, 16000, Sound, 20_000, piece: 37).ShouldBe(Resampled(44100, 16000, Sound, 20_000));
    }

    private static float[] Resampled(int from, int to, Func<int, double> sample, int samples, int piece = 4096)
    {
        int at = 0;
        var resampler = new Resampler(
            sound =>
            {
                int count = Math.Min(sound.Length, samples - at);
                for (int i = 0; i < count; i++) sound[i] = (float)sample(at + i);
                at += count;
                return count;
            },
            from, to);
        var output = new List<float>();
        var buffer = new float[piece];
        for (int read; (read = resampler.Read(buffer)) > 0;) output.AddRange(buffer.Take(read));
        output.Count.ShouldBe((int)Resampler.FramesAfter(samples, from, to));
        return [.. output];
    }
}

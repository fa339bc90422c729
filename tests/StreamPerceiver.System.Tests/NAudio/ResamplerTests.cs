using NAudio.Wave;
using NAudio.Wave.SampleProviders;

namespace StreamPerceiver.System.Tests.Sound;

/// <summary>
/// Figures of our own resampler. The package's (linear interpolation behind a recursive filter) is coarser, has a delay and
/// depends on the size of the pieces, so what is marked so holds with Stack=system only.
/// </summary>
public class ResamplerTests
{
    const string Trait = "Stack", SystemOnly = "system";

    [Theory]
    [Trait(Trait, SystemOnly)]
    [InlineData(48000, 16000, 440)]
    [InlineData(44100, 16000, 440)]
    [InlineData(44101, 16000, 440)] // 16000 phases: more than the table has.
    [InlineData(48000, 16000, 6000)]
    [InlineData(8000, 16000, 3000)]
    [InlineData(16000, 44100, 6000)]
    public void Read_OfASine_IsTheSameSineAtTheSameTimes(int from, int to, double frequency)
    {
        float[] output = Resample(from, to, 1, n => Math.Sin(2 * Math.PI * frequency * n / from), from);

        double worst = 0;
        for (int n = to / 10; n < output.Length - to / 10; n++)
            worst = Math.Max(worst, Math.Abs(output[n] - Math.Sin(2 * Math.PI * frequency * n / to)));
        worst.ShouldBeLessThan(1e-3);
    }

    [Theory]
    [Trait(Trait, SystemOnly)]
    [InlineData(48000, 16000, 11000)]
    [InlineData(48000, 16000, 8100)]
    [InlineData(44100, 16000, 11000)]
    [InlineData(44101, 16000, 11000)]
    public void Read_OfASineAboveTheNewLimit_IsSuppressedBySixtyDecibels(int from, int to, double frequency)
    {
        float[] output = Resample(from, to, 1, n => Math.Sin(2 * Math.PI * frequency * n / from), from);

        double loudest = output[(to / 10)..^(to / 10)].Max(Math.Abs);
        (20 * Math.Log10(loudest)).ShouldBeLessThan(-60);
    }

    [Fact]
    [Trait(Trait, SystemOnly)]
    public void Read_OfAnImpulse_IsSymmetricAboutItsTime()
    {
        float[] output = Resample(48000, 16000, 1, n => n == 3000 ? 1 : 0, 6000);

        output[1000].ShouldBe(output.Max());
        for (int n = 1; n < 100; n++) output[1000 - n].ShouldBe(output[1000 + n], 1e-9);
    }

    [Fact]
    [Trait(Trait, SystemOnly)]
    public void Read_OfAConstant_IsThatConstant()
    {
        float[] output = Resample(44100, 16000, 1, _ => 0.5, 44100);

        output[1000..^1000].ShouldAllBe(value => Math.Abs(value - 0.5) < 1e-6);
    }

    [Theory]
    [Trait(Trait, SystemOnly)]
    [InlineData(48000, 16000, 3000, 1000)]
    [InlineData(48000, 16000, 3001, 1001)]
    [InlineData(44100, 16000, 1, 1)]
    [InlineData(8000, 48000, 7, 42)]
    [InlineData(2_000_000_000, 16000, 5000, 1)]
    [InlineData(48000, 16000, 0, 0)]
    public void Read_ToTheEnd_GivesAsManyFramesAsTheTimeHolds(int from, int to, int frames, int expected) =>
        Resample(from, to, 1, _ => 0.5, frames).Length.ShouldBe(expected);

    [Fact]
    [Trait(Trait, SystemOnly)]
    public void Read_InPieces_GivesTheSameBits()
    {
        static double Sound(int n) => Math.Sin(n * 0.05) * Math.Cos(n * 0.0031);

        float[] whole = Resample(44100, 16000, 1, Sound, 20_000), pieces = Resample(44100, 16000, 1, Sound, 20_000, 37);

        int common = Math.Min(whole.Length, pieces.Length) - 100;
        common.ShouldBeGreaterThan(7000);
        pieces[..common].ShouldBe(whole[..common]);
    }

    [Fact]
    public void Read_OfStereo_KeepsTheChannelsApart()
    {
        float[] output = Resample(48000, 16000, 2, n => n % 2 == 0 ? 0.5 : -0.25, 9600);

        for (int n = 1000; n < 2200; n += 2)
        {
            output[n].ShouldBe(0.5f, 1e-3f);
            output[n + 1].ShouldBe(-0.25f, 1e-3f);
        }
    }

    [Fact]
    public void WaveFormat_IsThatOfTheOutput()
    {
        var resampler = new WdlResamplingSampleProvider(Source(48000, 2, _ => 0, 0), 16000);

        resampler.WaveFormat.ShouldBe(WaveFormat.CreateIeeeFloatWaveFormat(16000, 2));
    }

    [Fact]
    public void Read_AtTheSameRate_ChangesNothing()
    {
        float[] output = Resample(16000, 16000, 1, n => n / 1000.0, 500);

        output.Length.ShouldBeInRange(499, 500);
        for (int n = 0; n < output.Length; n++) output[n].ShouldBe(n / 1000f);
    }

    static ISampleProvider Source(int rate, int channels, Func<int, double> sample, int samples)
    {
        byte[] bytes = Enumerable.Range(0, samples).SelectMany(n => BitConverter.GetBytes((float)sample(n))).ToArray();
        return new RawSourceWaveStream(bytes, 0, bytes.Length, WaveFormat.CreateIeeeFloatWaveFormat(rate, channels)).ToSampleProvider();
    }

    static float[] Resample(int from, int to, int channels, Func<int, double> sample, int samples, int piece = 4096)
    {
        var resampler = new WdlResamplingSampleProvider(Source(from, channels, sample, samples), to);
        var output = new List<float>();
        var buffer = new float[piece];
        for (int read; (read = resampler.Read(buffer, 0, piece)) > 0;) output.AddRange(buffer.Take(read));
        return [.. output];
    }
}

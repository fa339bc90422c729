using NAudio.Wave;
using NAudio.Wave.SampleProviders;

namespace StreamPerceiver.System.Tests.Sound;

public class SampleProviderTests
{
    public static TheoryData<int, int, byte[]> Encodings => new()
    {
        { 1, 8, [0x00, 0x80, 0xC0] },
        { 1, 16, [0x00, 0x80, 0x00, 0x00, 0x00, 0x40] },
        { 1, 24, [0x00, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x40] },
        { 1, 32, [0x00, 0x00, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x40] },
        { 3, 32, [.. BitConverter.GetBytes(-1f), .. BitConverter.GetBytes(0f), .. BitConverter.GetBytes(0.5f)] },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void ToSampleProvider_GivesFloatsBetweenMinusOneAndOne(int tag, int bits, byte[] bytes)
    {
        using var reader = new WaveFileReader(new MemoryStream(Wav.File(Wav.Format(tag, 1, 16000, bits), Wav.Data(bytes))));
        ISampleProvider samples = reader.ToSampleProvider();
        var buffer = new float[5];

        samples.Read(buffer, 1, 4).ShouldBe(3);

        buffer.ShouldBe(new[] { 0f, -1f, 0f, 0.5f, 0f });
        samples.WaveFormat.ShouldBe(WaveFormat.CreateIeeeFloatWaveFormat(16000, 1));
    }

    [Fact]
    public void ToMono_MixesHalfOfEach()
    {
        ISampleProvider stereo = new RawSourceWaveStream(Wav.Shorts(16384, 0, -16384, 16384), 0, 8, new WaveFormat(8000, 2)).ToSampleProvider();
        var buffer = new float[4];

        stereo.ToMono().Read(buffer, 0, 4).ShouldBe(2);

        buffer[..2].ShouldBe(new[] { 0.25f, 0f });
    }

    [Fact]
    public void StereoToMono_WithItsVolumes_TakesOneChannel()
    {
        ISampleProvider stereo = new RawSourceWaveStream(new MemoryStream(Wav.Shorts(16384, 8192)), new WaveFormat(8000, 2)).ToSampleProvider();
        var buffer = new float[1];

        new StereoToMonoSampleProvider(stereo) { LeftVolume = 0, RightVolume = 1 }.Read(buffer, 0, 1).ShouldBe(1);

        buffer[0].ShouldBe(0.25f);
    }

    [Fact]
    public void ToMono_OfOneChannelIsItself_AndOfThreeThrows()
    {
        ISampleProvider mono = new RawSourceWaveStream([], 0, 0, new WaveFormat(8000, 1)).ToSampleProvider();
        ISampleProvider three = new RawSourceWaveStream([], 0, 0, new WaveFormat(8000, 3)).ToSampleProvider();

        mono.ToMono().ShouldBeSameAs(mono);
        Should.Throw<ArgumentException>(() => three.ToMono());
    }
}

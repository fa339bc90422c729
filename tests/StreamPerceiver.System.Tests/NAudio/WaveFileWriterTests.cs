using NAudio.Wave;

namespace StreamPerceiver.System.Tests.Sound;

public class WaveFileWriterTests
{
    [Theory]
    [InlineData(16, 1e-4f)]
    [InlineData(24, 1e-6f)]
    [InlineData(32, 0f)]
    public void WrittenSamples_AreReadAgain(int bits, float tolerance)
    {
        WaveFormat format = bits == 32 ? WaveFormat.CreateIeeeFloatWaveFormat(22050, 2) : new WaveFormat(22050, bits, 2);
        float[] samples = [0f, 0.25f, -0.5f, 0.999f, -1f, 0.125f];
        byte[] file = Write(format, writer => writer.WriteSamples(samples, 0, samples.Length));

        using var reader = new WaveFileReader(new MemoryStream(file));
        var back = new float[10];
        int count = reader.ToSampleProvider().Read(back, 0, 10);

        count.ShouldBe(6);
        (reader.WaveFormat.Encoding, reader.WaveFormat.Channels, reader.WaveFormat.SampleRate, reader.WaveFormat.BitsPerSample)
            .ShouldBe((format.Encoding, 2, 22050, bits));
        reader.SampleCount.ShouldBe(3);
        samples.Zip(back, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThanOrEqualTo(tolerance);
    }

    [Fact]
    public void Dispose_WritesTheLengthsIntoTheHeader()
    {
        byte[] file = Write(new WaveFormat(8000, 16, 1), writer =>
        {
            writer.Write([1, 2, 3, 4], 0, 4);
            writer.Length.ShouldBe(4);
        });

        file.Length.ShouldBe(12 + 8 + 18 + 8 + 4);
        BitConverter.ToInt32(file, 4).ShouldBe(file.Length - 8);
        BitConverter.ToInt32(file, file.Length - 8).ShouldBe(4);
        file[^4..].ShouldBe(new byte[] { 1, 2, 3, 4 });
    }

    [Fact]
    public void Flush_LeavesAWholeFileAndGoesOn()
    {
        var stream = new MemoryStream();
        using var writer = new WaveFileWriter(stream, WaveFormat.CreateIeeeFloatWaveFormat(8000, 1));
        writer.WriteSample(0.5f);
        writer.Flush();

        new WaveFileReader(new MemoryStream(stream.ToArray())).SampleCount.ShouldBe(1);
        writer.WriteSample(0.25f);
        writer.Flush();

        new WaveFileReader(new MemoryStream(stream.ToArray())).SampleCount.ShouldBe(2);
    }

    [Fact]
    public void ANamedFile_IsWrittenAndRead()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("sp-wav-").FullName, "a.wav");
        try
        {
            using (var writer = new WaveFileWriter(file, new WaveFormat(16000, 1))) writer.WriteSample(0.5f);
            using var reader = new WaveFileReader(file);
            reader.SampleCount.ShouldBe(1);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, true);
        }
    }

    static byte[] Write(WaveFormat format, Action<WaveFileWriter> write)
    {
        var stream = new MemoryStream();
        using (var writer = new WaveFileWriter(stream, format)) write(writer);
        return stream.ToArray();
    }
}

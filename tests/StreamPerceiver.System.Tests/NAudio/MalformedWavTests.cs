using NAudio.Wave;

namespace StreamPerceiver.System.Tests.Sound;

/// <summary>What the package makes of wrong files; it checks little, so that those who use it must.</summary>
public class MalformedWavTests
{
    static readonly byte[] format = Wav.Format(1, 1, 8000, 16), data = Wav.Data(Wav.Shorts(1, -2, 3));

    [Fact]
    public void Open_FileCutInItsHeader_Throws()
    {
        byte[] file = Wav.File(format, data);

        // 44 bytes are the header; the 8 of the data chunk's head may be cut, but then there is no data chunk.
        for (int length = 0; length < 44; length++)
        {
            Exception? error = Record.Exception(() => Open(file[..length]));
            (error is FormatException or EndOfStreamException).ShouldBeTrue($"{length} bytes: {error}");
        }
    }

    [Theory]
    [InlineData("no RIFF at all, just text of some length")]
    [InlineData("RIFF____no WAVE, just text of some length")]
    public void Open_NoWav_Throws(string text) =>
        Should.Throw<FormatException>(() => Open(text.Select(c => (byte)c).ToArray()));

    [Fact]
    public void Open_WithoutFormatOrWithoutData_Throws()
    {
        Should.Throw<FormatException>(() => Open(Wav.File(data)));
        Should.Throw<FormatException>(() => Open(Wav.File(format)));
    }

    [Fact]
    public void Open_FormatChunkTooShort_Throws() =>
        Should.Throw<InvalidDataException>(() => Open(Wav.File(Wav.Chunk("fmt ", new byte[14]), data)));

    [Theory]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(500u)]
    public void Open_FormatChunkLongerThanItMayBe_Throws(uint length)
    {
        byte[] longFormat = Wav.Format(1, 1, 8000, 16, new byte[40]);
        BitConverter.GetBytes(length).CopyTo(longFormat, 4);

        Record.Exception(() => Open(Wav.File(longFormat, data))).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(100u)]
    [InlineData(0x7FFFFF00u)]
    public void Read_DataChunkLongerThanTheFile_GivesWhatThereIsAndAllocatesNoMore(uint claimed)
    {
        byte[] file = Wav.File(format, Wav.Chunk("data", Wav.Shorts(1, -2, 3), claimed));
        var bytes = new byte[100];
        long before = GC.GetAllocatedBytesForCurrentThread();

        using WaveFileReader reader = Open(file);
        int read = reader.Read(bytes, 0, bytes.Length);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(64 * 1024);
        (read, reader.Length).ShouldBe((6, (long)claimed));
        reader.Read(bytes, 0, bytes.Length).ShouldBe(0);
    }

    [Fact]
    public void Open_DataChunkLongerThanAMemoryStreamMayBe_Throws() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Open(Wav.File(format, Wav.Chunk("data", [1, 2], 0xFFFFFFFF))));

    [Fact]
    public void Open_JunkLongerThanTheFile_IsTakenForTheEnd()
    {
        using WaveFileReader reader = Open(Wav.File(format, data, Wav.Chunk("LIST", [1, 2], 0x7FFFFFF0)));
        reader.SampleCount.ShouldBe(3);

        Should.Throw<FormatException>(() => Open(Wav.File(format, Wav.Chunk("LIST", [1, 2], 0x7FFFFFF0), data)));
    }

    [Fact]
    public void Open_BlocksOfNoBytes_Throws() =>
        Should.Throw<DivideByZeroException>(() => Open(Wav.File(Wav.Format(1, 0, 8000, 16), data)));

    [Fact]
    public void Open_NoChannelsOrNoRate_SaysSoInItsFormat()
    {
        using WaveFileReader noChannels = Open(Wav.File(Wav.Format(1, 0, 8000, 16, 2, null), data));
        using WaveFileReader noRate = Open(Wav.File(Wav.Format(1, 1, 0, 16), data));

        (noChannels.WaveFormat.Channels, noRate.WaveFormat.SampleRate).ShouldBe((0, 0));
    }

    [Fact]
    public void ToSampleProvider_UnknownEncodingOrDepth_Throws()
    {
        Should.Throw<ArgumentException>(() => Open(Wav.File(Wav.Format(85, 1, 8000, 16), data)).ToSampleProvider());
        Should.Throw<InvalidOperationException>(() => Open(Wav.File(Wav.Format(1, 1, 8000, 12, 2, null), data)).ToSampleProvider());
    }

    static WaveFileReader Open(byte[] file) => new(new MemoryStream(file));
}

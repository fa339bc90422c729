using NAudio.Wave;

namespace StreamPerceiver.System.Tests.Sound;

public class WaveFileReaderTests
{
    static readonly byte[] format = Wav.Format(1, 1, 8000, 16), data = Wav.Data(Wav.Shorts(1, -2, 3)), junk = Wav.Chunk("JUNK", [1, 2, 3]);

    public static TheoryData<string, byte[]> Layouts => new()
    {
        { "plain", Wav.File(format, data) },
        { "data first", Wav.File(data, format) },
        { "junk of odd length between", Wav.File(junk, format, junk, data) },
        { "a list behind", Wav.File(format, data, Wav.Chunk("LIST", [9, 9, 9, 9])) },
        { "a format of 18 bytes", Wav.File(Wav.Format(1, 1, 8000, 16, [0, 0]), data) },
        { "more in the file than RIFF says", [.. Wav.File(format, data), 7, 7, 7, 7, 7, 7, 7, 7, 7, 7] },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Read_WhateverTheOrderOfChunks_GivesTheData(string layout, byte[] file)
    {
        using var reader = new WaveFileReader(new MemoryStream(file));
        var samples = new float[10];

        int count = reader.ToSampleProvider().Read(samples, 0, samples.Length);

        count.ShouldBe(3, layout);
        samples[..3].ShouldBe(new[] { 1 / 32768f, -2 / 32768f, 3 / 32768f }, layout);
        (reader.Length, reader.SampleCount, reader.TotalTime).ShouldBe((6L, 3L, TimeSpan.FromSeconds(3 / 8000.0)), layout);
    }

    [Fact]
    public void Read_OddDataWithoutPadding_FindsTheNextChunk()
    {
        byte[] unpadded = [.. Wav.Chunk("JUNK", [1, 2, 3])[..^1]];

        using var reader = new WaveFileReader(new MemoryStream(Wav.File(unpadded, format, data)));

        reader.SampleCount.ShouldBe(3);
    }

    [Fact]
    public void Extensible_KeepsItsExtraBytesAndIsNotConverted()
    {
        byte[] pcm = [1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
        byte[] file = Wav.File(Wav.Format(0xFFFE, 1, 8000, 16, [22, 0, 16, 0, 4, 0, 0, 0, .. pcm]), data);
        using var reader = new WaveFileReader(new MemoryStream(file));

        var extra = reader.WaveFormat.ShouldBeOfType<WaveFormatExtraData>();
        (extra.Encoding, extra.ExtraSize, reader.SampleCount).ShouldBe((WaveFormatEncoding.Extensible, 22, 3L));
        extra.ExtraData[6..22].ShouldBe(pcm);
        Should.Throw<ArgumentException>(() => reader.ToSampleProvider());

        var samples = new float[3];
        new RawSourceWaveStream(reader, new WaveFormat(8000, 16, 1)).ToSampleProvider().Read(samples, 0, 3).ShouldBe(3);
        samples[2].ShouldBe(3 / 32768f);
    }

    [Fact]
    public void Position_IsInTheDataAndOnABlock()
    {
        using var reader = new WaveFileReader(new MemoryStream(Wav.File(junk, format, data)));

        reader.Position = 3;

        reader.Position.ShouldBe(2);
        var bytes = new byte[8];
        reader.Read(bytes, 0, 8).ShouldBe(4);
        bytes[..4].ShouldBe(Wav.Shorts(-2, 3));
        reader.Read(bytes, 0, 8).ShouldBe(0);
        reader.Seek(0, SeekOrigin.Begin).ShouldBe(0);
        reader.Read(bytes, 0, 8).ShouldBe(6);
    }

    [Fact]
    public void Read_OfHalfABlock_Throws()
    {
        using var reader = new WaveFileReader(new MemoryStream(Wav.File(format, data)));

        Should.Throw<ArgumentException>(() => reader.Read(new byte[3], 0, 3));
    }

    [SkippableFact]
    public void Read_OfARealFile_GivesSpeech()
    {
        const string File = "/usr/share/sounds/alsa/Front_Center.wav";
        Skip.IfNot(global::System.IO.File.Exists(File), $"{File} is not there: it comes with Debian's alsa-utils");
        using var reader = new WaveFileReader(File);
        var samples = new float[reader.SampleCount];

        reader.ToSampleProvider().Read(samples, 0, samples.Length).ShouldBe(samples.Length);

        reader.WaveFormat.ShouldBe(new WaveFormat(48000, 16, 1));
        reader.TotalTime.TotalSeconds.ShouldBe(1.428, 0.01);
        samples.Max(Math.Abs).ShouldBeInRange(0.05f, 1f);
    }
}

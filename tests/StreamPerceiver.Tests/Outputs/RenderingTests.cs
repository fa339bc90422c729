using OpenCvSharp;
using StreamPerceiver.Formats;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.Outputs.Dense;
using StreamPerceiver.TestKit;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Outputs;

/// <summary>What NumPy, OpenCV in Python and Python's own WAV writer make of the same numbers is in Golden, with the script that made it.</summary>
public sealed class RenderingTests
{
    private static readonly IReadOnlyDictionary<string, NpyArray> Pictures = Golden("pictures.npz");
    private static readonly IReadOnlyDictionary<string, NpyArray> Sounds = Golden("sound.npz");
    private static readonly (float, float)[] Unit = [(0, 1), (0, 1), (0, 1)];

    [Theory]
    [InlineData("own", null)]
    [InlineData("fixed", 2.5)]
    public void Flow_has_the_colours_of_the_wheel(string expected, double? maxFlow)
    {
        float[] flow = Pictures["flow"].ToFloats();

        FlowWheel.Draw(flow, maxFlow ?? FlowWheel.Longest(flow)).ShouldBe(Pictures[expected].Bytes.ToArray());
    }

    [Theory]
    [InlineData(0f, 0f, 255, 255, 255)] // no motion
    [InlineData(1f, 0f, 255, 0, 0)] // to the right: red
    [InlineData(-1f, 0f, 0, 209, 255)] // to the left: between cyan and blue
    [InlineData(0.5f, 0f, 255, 127, 127)]
    [InlineData(2f, 0f, 191, 0, 0)] // beyond the longest
    public void Directions_are_hues_and_lengths_are_saturations(float x, float y, int red, int green, int blue)
        => FlowWheel.Draw([x, y], 1).ShouldBe([(byte)red, (byte)green, (byte)blue]);

    [Fact]
    public void The_sign_of_no_motion_changes_no_hue() => FlowWheel.Draw([1, -0f, -0f, 1], 1).ShouldBe(FlowWheel.Draw([1, 0, 0, 1], 1));

    [Fact]
    public void A_field_without_motion_is_white_by_its_own_maximum()
        => FlowWheel.Draw([0, 0, -0f, 0], FlowWheel.Longest([0, 0, -0f, 0])).ShouldAllBe(b => b == 255);

    [Fact]
    public void Colours_become_the_nearest_byte_by_the_levels_of_training()
    {
        float[] colours = Pictures["colours"].ToFloats();

        Picture.ToBytes(colours, Unit).ShouldBe(Pictures["unit"].Bytes.ToArray());
        Picture.ToBytes(colours, [(-1, 1), (-1, 1), (-1, 1)]).ShouldBe(Pictures["signed"].Bytes.ToArray());
        Picture.ToBytes([0, 0, 0, 1, 1, 1], [(0, 1), (-1, 1), (-2, 2)]).ShouldBe([0, 128, 128, 255, 255, 191]);
    }

    [Fact]
    public void A_PNG_has_the_pixels_and_a_JPEG_those_of_quality_95()
    {
        byte[] rgb = Pictures["picture"].Bytes.ToArray();

        Decoded(Picture.Encode(rgb, 48, 64, Picture.Png)).ShouldBe(rgb);
        Decoded(Picture.Encode(rgb, 48, 64, Picture.Jpeg)).ShouldBe(Pictures["jpeg"].Bytes.ToArray());
        Picture.Encode(rgb, 48, 64, Picture.Jpeg).ShouldBe(Picture.Encode(rgb, 48, 64, Picture.Jpeg));
    }

    [Fact]
    public void Sound_of_16_bits_is_the_file_that_Python_writes()
    {
        byte[] file = WavFile.Encode(Sounds["samples"].ToFloats(), 16_000, WavFile.Pcm16);

        file.ShouldBe(Sounds["wav"].Bytes.ToArray());
        WavFile.BytesOf(100, WavFile.Pcm16).ShouldBe(file.Length);
    }

    [Fact]
    public void Sound_of_floats_is_read_as_it_was()
    {
        float[] samples = [0, 0.1f, -0.75f, 1e-30f, 1];

        byte[] file = WavFile.Encode(samples, 16_000, WavFile.Float32);

        Value<AudioChunk>(Microphone, "audio/wav", file).Samples.ShouldBe(samples);
        WavFile.BytesOf(5, WavFile.Float32).ShouldBe(file.Length);
    }

    private static byte[] Decoded(byte[] file)
    {
        using Mat picture = Cv2.ImDecode(file, ImreadModes.Color);
        using var rgb = new Mat();
        Cv2.CvtColor(picture, rgb, ColorConversionCodes.BGR2RGB);
        rgb.GetArray(out Vec3b[] pixels);
        return [.. pixels.SelectMany(p => new[] { p.Item0, p.Item1, p.Item2 })];
    }

    private static IReadOnlyDictionary<string, NpyArray> Golden(string name)
        => Npz.Read(RepositoryRoot.Path("tests", "StreamPerceiver.Tests", "Outputs", "Golden", name));
}

using System.Text.Json.Nodes;
using System.Xml.Linq;
using StreamPerceiver.Recordings.Explain;
using StreamPerceiver.Recordings.Explain.Picture;
using Attention = StreamPerceiver.Recordings.Explain.Picture.Attention;

namespace StreamPerceiver.Recordings.Tests.Explain;

/// <summary>What a model looked at, on the timeline of a window, by its shapes.</summary>
public sealed class AttentionPictureTests
{
    private static readonly InputContent Curve = new CurveContent([.. Enumerable.Repeat((byte)1, 10)], [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]);

    private static readonly InputAttention Even = OfTokens("a", 0.4, [10], [.. Enumerable.Repeat(1f, 10)]);

    [Fact]
    public async Task The_bar_of_an_input_is_as_wide_as_its_share()
    {
        Shape[] shapes = await DrawAsync(Curve, Even);

        Polygon[] parts = [.. shapes.OfType<Polygon>().Where(p => p.Class == "attention part")];
        parts.Length.ShouldBe(4); // two inputs, for the output and for the latents
        parts.Select(p => p.Title).Distinct().ShouldBe(["a 40 %", "b 60 %"]);
        (WidthOf(parts[0]) / WidthOf(parts[1])).ShouldBe(0.4 / 0.6, 1e-9);
        shapes.OfType<Label>().Select(l => l.Content).ShouldContain("Output state: x 90 %");
    }

    [Fact]
    public async Task A_curve_is_highest_where_the_model_reads_most_and_masked_tokens_are_hatched()
    {
        var content = new CurveContent([1, 1, 1, 1, 1, 1, 1, 1, 0, 0], [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]);

        Shape[] shapes = await DrawAsync(content, OfTokens("a", 0.4, [10], [1, 1, 1, 1, 9, 1, 1, 1, 0, 0]));

        Line curve = shapes.OfType<Line>().First(l => l.Class == "attention curve");
        curve.Points.Index().MinBy(p => p.Item.Y).Index.ShouldBe(8); // two points a token
        shapes.OfType<Polygon>().First(p => p.Class == "attention masked").IsHatched.ShouldBeTrue();
    }

    [Fact]
    public async Task Each_frame_has_its_own_map_and_a_slot_without_one_is_hatched()
    {
        byte[] grey = new byte[4 * 2];
        var content = new FrameContent([1, 1, 1, 1, 0, 0], [grey, grey, null], 4, 2, 1);

        Shape[] shapes = await DrawAsync(content, OfTokens("a", 0.4, [3, 1, 2], [0, 5, 1, 0, 0, 0]));

        Raster[] frames = [.. shapes.OfType<Raster>().Take(2)];
        frames[0].Rgb[..3].Distinct().Count().ShouldBe(1); // grey: its left patch is not read
        byte[] right = frames[0].Rgb[^3..], less = frames[1].Rgb[..3];
        (right[0] - right[2]).ShouldBeGreaterThan(less[0] - less[2]); // the more it is read, the redder
        (less[0] - less[2]).ShouldBeGreaterThan(0);
        shapes.OfType<Polygon>().Count(p => p.Class == "attention masked").ShouldBe(2);
    }

    [Fact]
    public async Task A_map_without_frames_holds_for_all_of_them()
    {
        byte[] grey = new byte[4 * 2];
        var content = new FrameContent([1, 1], [grey, grey], 4, 2, 1);

        Raster[] frames = [.. (await DrawAsync(content, OfTokens("a", 0.4, [1, 2], [0, 1]))).OfType<Raster>().Take(2)];

        frames[1].Rgb.ShouldBe(frames[0].Rgb);
    }

    [Fact]
    public async Task The_characters_of_a_text_and_the_elements_of_a_set_have_their_colours_and_heights()
    {
        Shape[] text = await DrawAsync(new TextContent([1, 1, 1, 0], ["h", "i", "!", ""]), OfTokens("a", 0.4, [4], [0, 3, 1, 0]));
        Shape[] set = await DrawAsync(new ElementContent([1, 1, 0]), OfTokens("a", 0.4, [3], [3, 1, 0]));

        text.OfType<Label>().Where(l => l.Class == "attention text").Select(l => l.Content).Take(3).ShouldBe(["h", "i", "!"]);
        Polygon[] boxes = [.. text.OfType<Polygon>().Where(p => p.Class == "attention token")];
        boxes[0].Fill.ShouldBe("#FFFFFF");
        boxes[1].Fill.ShouldNotBe("#FFFFFF");
        Polygon[] bars = [.. set.OfType<Polygon>().Where(p => p.Class == "attention bar").Take(2)];
        HeightOf(bars[0]).ShouldBe(3 * HeightOf(bars[1]), 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_two_labels_overlap_and_none_leaves_the_picture(int kind)
    {
        InputContent content = kind switch
        {
            0 => Curve,
            1 => new FrameContent([.. Enumerable.Repeat((byte)1, 10)], [.. Enumerable.Repeat(new byte[20 * 5 * 3], 20)], 20, 5, 3),
            2 => new TextContent([.. Enumerable.Repeat((byte)1, 10)], ["", .. "abcdefgh".Select(c => $"{c}"), ""]),
            _ => new ElementContent([.. Enumerable.Repeat((byte)1, 10)]),
        };
        InputAttention input = kind == 1 ? OfTokens("a", 0.4, [5, 1, 2], [.. Enumerable.Range(0, 10).Select(i => (float)i)]) : Even;
        WindowExplanation window = await ExplainAsync(input);

        Drawing drawing = TimelinePicture.Draw(window, [content, Curve]);

        var boxes = drawing.Shapes.OfType<Label>().Where(l => l.Content.Length > 0).Select(PictureTests.Box).ToArray();
        boxes.ShouldAllBe(b => b.Left >= 0 && b.Top >= 0 && b.Right <= drawing.Width && b.Bottom <= drawing.Height);
        foreach (var one in boxes)
            boxes.Where(b => b != one && b.Left < one.Right && one.Left < b.Right && b.Top < one.Bottom && one.Top < b.Bottom).ShouldBeEmpty(one.Text);
    }

    [Fact]
    public void A_raster_is_a_PNG_within_the_SVG()
    {
        var drawing = new Drawing(10, 10, [new Raster("frame", 1, 2, 6, 4, 3, [.. Enumerable.Range(0, 18).Select(i => (byte)i)])]);

        XElement image = XElement.Parse(SvgWriter.Write(drawing)).Elements().Single(e => e.Name.LocalName == "image");

        string link = image.Attributes().Single(a => a.Name.LocalName == "href").Value;
        byte[] png = Convert.FromBase64String(link["data:image/png;base64,".Length..]);
        png[..8].ShouldBe([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        (png[19], png[23]).ShouldBe(((byte)3, (byte)2)); // width and height
        png[^12..].ShouldBe([0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82]); // the CRC of an empty IEND
    }

    [Fact]
    public async Task Text_and_JSON_have_the_shares_and_neither_has_any_where_no_model_was_asked()
    {
        WindowExplanation window = await ExplainAsync(OfTokens("a", 0.4, [2, 5], [1, 1, 1, 1, 1, 1, 1, 1, 11, 1]));

        string text = ExplanationText.Write(window);
        JsonNode json = JsonNode.Parse(ExplanationJson.Write(window))!;

        text.ShouldContain("""
              output state (x 90 %)
                 60.0 %  b, most at token 0 of 10: 1.0 times the mean of its tokens
                 40.0 %  a, most at token 1, 3 of 2 x 5: 5.5 times the mean of its tokens
            """);
        json["attention"]!["readers"]!.AsArray().Select(r => (string?)r!["output"]).ShouldBe([null, "state"]);
        json["attention"]!["readers"]![1]!["inputs"]![0]!["tokens"]!.AsArray().Sum(t => t!.GetValue<double>()).ShouldBe(0.4, 1e-6);
        ExplanationJson.Write(window with { Attention = null }).ShouldNotContain("attention");
        ExplanationText.Write(window with { Attention = null }).ShouldNotContain("attention");
    }

    [Fact]
    public void Even_attention_stays_pale()
    {
        var heat = new Attention.Heat(Even);

        Even.Tokens.ShouldAllBe(share => Math.Abs(heat.Of(share) - 0.5) < 1e-6);
    }

    private static InputAttention OfTokens(string name, double share, int[] grid, float[] weights)
        => new(name, share, grid, [.. weights.Select(w => (float)(share * w / weights.Sum()))]);

    private static async Task<WindowExplanation> ExplainAsync(InputAttention input)
    {
        InputAttention[] inputs = [input, OfTokens("b", 0.6, [10], [.. Enumerable.Repeat(1f, 10)])];
        return await new Recorded().Steps(0, 12, "a", "b").ExplainAsync() with
        {
            Attention = new WindowAttention("model", [new ReaderAttention(null, null, inputs), new ReaderAttention("state", "x 90 %", inputs)]),
        };
    }

    private static async Task<Shape[]> DrawAsync(InputContent content, InputAttention input)
        => [.. TimelinePicture.Draw(await ExplainAsync(input), [content, Curve]).Shapes];

    private static double WidthOf(Polygon box) => box.Points[1].X - box.Points[0].X;

    private static double HeightOf(Polygon box) => box.Points[2].Y - box.Points[1].Y;
}

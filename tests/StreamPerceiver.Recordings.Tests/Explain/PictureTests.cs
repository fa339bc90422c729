using System.Xml.Linq;
using StreamPerceiver.Modalities;
using StreamPerceiver.Recordings.Explain;
using StreamPerceiver.Recordings.Explain.Picture;

namespace StreamPerceiver.Recordings.Tests.Explain;

/// <summary>The timeline of a window, by its elements.</summary>
public sealed class PictureTests
{
    public static TheoryData<string> Kinds => ["complete", "idle", "late", "rejected"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_sample_slot_and_watermark_is_drawn(string kind)
    {
        WindowExplanation window = await ExplainAsync(kind);

        XElement[] all = Elements(TimelinePicture.Draw(window));

        for (int i = 0; i < window.Inputs.Count; i++)
        {
            foreach (SampleState state in Enum.GetValues<SampleState>().Where(s => s != SampleState.Outside))
            {
                int samples = window.Inputs[i].Samples.Count(s => s.State == state);
                Count(all, $"sample {state} input-{i}").ShouldBe(samples);
                Count(all, $"arrival sample {state} input-{i}").ShouldBe(samples);
            }

            Count(all, $"slot masked input-{i}").ShouldBe(window.Inputs[i].Slots.Count(s => s.Fill == SlotFill.Masked));
            Count(all, $"slot filled input-{i}").ShouldBe(window.Inputs[i].Slots.Count(s => s.Fill != SlotFill.Masked));
            Count(all, $"watermark input-{i}").ShouldBe(1);
        }

        Count(all, "source").ShouldBe(window.Inputs.Sum(i => i.Slots.Sum(s => s.Sources.Count)));
        Count(all, "watermark window").ShouldBe(1);
        Count(all, "note").ShouldBe(kind is "late" or "rejected" ? 2 : 0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task No_two_labels_overlap_and_none_leaves_the_picture(string kind)
    {
        Drawing drawing = TimelinePicture.Draw(await ExplainAsync(kind));

        var boxes = drawing.Shapes.OfType<Label>().Where(l => l.Content.Length > 0).Select(Box).ToArray();

        boxes.ShouldAllBe(b => b.Left >= 0 && b.Top >= 0 && b.Right <= drawing.Width && b.Bottom <= drawing.Height);
        foreach (var one in boxes)
            boxes.Where(b => b != one && b.Left < one.Right && one.Left < b.Right && b.Top < one.Bottom && one.Top < b.Bottom).ShouldBeEmpty(one.Text);
    }

    [Fact]
    public async Task The_watermark_of_the_window_crosses_its_end_where_it_closes()
    {
        XElement[] all = Elements(TimelinePicture.Draw(await ExplainAsync("complete")));

        double end = all.Where(e => Class(e) == "window" && e.Name.LocalName == "polyline").Max(e => Points(e)[0].X);
        double closes = Points(all.First(e => Class(e) == "closing"))[0].Y;
        (double X, double Y)[] watermark = Points(all.Single(e => Class(e) == "watermark window"));
        watermark.Where(p => p.X >= end - 0.1).Min(p => p.Y).ShouldBe(closes, 0.1);
        watermark.Zip(watermark.Skip(1)).ShouldAllBe(pair => pair.First.X <= pair.Second.X && pair.First.Y <= pair.Second.Y);
    }

    [Fact]
    public async Task The_picture_of_an_idle_window_shows_how_far_the_other_input_went_on()
    {
        XElement[] all = Elements(TimelinePicture.Draw(await ExplainAsync("idle")));

        Count(all, "sample outside input-0").ShouldBe(18); // those of 2.0 to 5.4 s: the idle time and half a second more
    }

    [Fact]
    public async Task The_axis_is_in_UTC_and_says_so_and_the_legend_names_every_mark()
    {
        string[] texts = [.. Elements(TimelinePicture.Draw(await ExplainAsync("complete"))).Where(e => e.Name.LocalName == "text").Select(e => e.Value)];

        texts.ShouldContain("event time on 2023-11-14, UTC (offset +00:00)");
        texts.ShouldContain("22:13:20.5");
        string[] names = ["used", "unused", "late", "rejected", "of other windows", "slot with data", "slot without data: masked", "how far one input"];
        foreach (string name in names)
            texts.ShouldContain(t => t.StartsWith(name, StringComparison.Ordinal));
    }

    private static Task<WindowExplanation> ExplainAsync(string kind) => kind switch
    {
        "idle" => new Recorded().Steps(0, 4, "a", "b").Steps(4, 40, "a").ExplainAsync(),
        "late" => new Recorded().Steps(0, 5, "a", "b").Steps(6, 11, "b").Add("b", 1000).Steps(5, 12, "a").ExplainAsync(),
        "rejected" => new Recorded().Steps(0, 3, "a", "b").Add("b", 700, "not JSON").Steps(4, 12, "a", "b").ExplainAsync(),
        _ => new Recorded().Steps(0, 12, "a", "b").ExplainAsync(),
    };

    private static XElement[] Elements(Drawing drawing) => [.. XElement.Parse(SvgWriter.Write(drawing)).Elements()];

    private static int Count(XElement[] elements, string name) => elements.Count(e => string.Equals(Class(e), name, StringComparison.OrdinalIgnoreCase));

    private static string? Class(XElement element) => (string?)element.Attribute("class");

    private static (double X, double Y)[] Points(XElement element)
        => [.. ((string)element.Attribute("points")!).Split(' ').Select(p => p.Split(',')).Select(p => (double.Parse(p[0]), double.Parse(p[1])))];

    internal static (string Text, double Left, double Right, double Top, double Bottom) Box(Label label)
    {
        double width = Label.WidthOf(label.Content, label.Size);
        double left = label.X - (label.Anchor == Anchor.Start ? 0 : label.Anchor == Anchor.End ? width : width / 2);
        return (label.Content, left, left + width, label.Y - 0.8 * label.Size, label.Y + 0.2 * label.Size);
    }
}

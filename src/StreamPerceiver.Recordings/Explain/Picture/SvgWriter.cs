using System.Globalization;
using System.Xml.Linq;
using DensePicture = StreamPerceiver.Outputs.Dense.Picture;

namespace StreamPerceiver.Recordings.Explain.Picture;

/// <summary>Writes a drawing as SVG 1.1.</summary>
public static class SvgWriter
{
    /// <summary>The distance of the lines of a hatching, in pixels.</summary>
    public const double HatchDistance = 6;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly XNamespace XLink = "http://www.w3.org/1999/xlink";

    /// <summary>Writes the shapes of a drawing as SVG.</summary>
    public static string Write(Drawing drawing)
    {
        var root = new XElement(
            Svg + "svg", new XAttribute("width", Text(drawing.Width)), new XAttribute("height", Text(drawing.Height)),
            new XAttribute("viewBox", $"0 0 {Text(drawing.Width)} {Text(drawing.Height)}"), new XAttribute("font-family", "DejaVu Sans, Verdana, sans-serif"),
            new XAttribute(XNamespace.Xmlns + "xlink", XLink.NamespaceName),
            new XElement(
                Svg + "defs",
                drawing.Shapes.OfType<Polygon>().Where(p => p.IsHatched).Select(p => p.Edge!).Distinct().Select(Pattern)),
            new XElement(
                Svg + "rect", new XAttribute("width", Text(drawing.Width)), new XAttribute("height", Text(drawing.Height)), new XAttribute("fill", "#FFFFFF")),
            drawing.Shapes.Select(Element));
        return root.ToString();
    }

    private static XElement Element(Shape shape)
    {
        XElement element = shape switch
        {
            Polygon polygon => new XElement(
                Svg + "polygon", Points(polygon.Points),
                new XAttribute("fill", polygon.IsHatched ? $"url(#hatch-{polygon.Edge![1..]})" : polygon.Fill ?? "none"),
                polygon.Edge is { } edge ? new XAttribute("stroke", edge) : null),
            Line line => new XElement(
                Svg + "polyline", Points(line.Points), new XAttribute("fill", "none"), new XAttribute("stroke", line.Colour),
                new XAttribute("stroke-width", Text(line.Width)), line.IsDashed ? new XAttribute("stroke-dasharray", "5 4") : null),
            Label label => new XElement(
                Svg + "text", new XAttribute("x", Text(label.X)), new XAttribute("y", Text(label.Y)), new XAttribute("font-size", Text(label.Size)),
                new XAttribute("fill", label.Colour), new XAttribute("text-anchor", label.Anchor.ToString().ToLowerInvariant()),
                label.IsBold ? new XAttribute("font-weight", "bold") : null, label.Content),
            Raster raster => new XElement(
                Svg + "image", new XAttribute("x", Text(raster.X)), new XAttribute("y", Text(raster.Y)), new XAttribute("width", Text(raster.Width)),
                new XAttribute("height", Text(raster.Height)), new XAttribute("preserveAspectRatio", "none"), new XAttribute("image-rendering", "pixelated"),
                new XAttribute(XLink + "href", $"data:{DensePicture.Png};base64,{Convert.ToBase64String(PngOf(raster))}")),
            _ => throw new InvalidOperationException($"{shape.GetType().Name} is no shape that is written"),
        };
        element.SetAttributeValue("class", shape.Class);
        if (shape.Title is { } title) element.Add(new XElement(Svg + "title", title));
        return element;
    }

    private static XElement Pattern(string colour) => new(
        Svg + "pattern", new XAttribute("id", $"hatch-{colour[1..]}"), new XAttribute("width", Text(HatchDistance)),
        new XAttribute("height", Text(HatchDistance)), new XAttribute("patternUnits", "userSpaceOnUse"),
        new XElement(Svg + "path", new XAttribute("d", $"M0 {Text(HatchDistance)} L{Text(HatchDistance)} 0"), new XAttribute("stroke", colour)));

    private static XAttribute Points(IEnumerable<(double X, double Y)> points)
        => new("points", string.Join(' ', points.Select(p => $"{Text(p.X)},{Text(p.Y)}")));

    private static byte[] PngOf(Raster raster) => DensePicture.Encode(raster.Rgb, raster.Rows, raster.Columns, DensePicture.Png);

    private static string Text(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}

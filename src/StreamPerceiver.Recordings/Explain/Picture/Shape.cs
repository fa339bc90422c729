namespace StreamPerceiver.Recordings.Explain.Picture;

/// <summary>A shape of a picture. Lengths are in pixels from the upper left corner.</summary>
/// <param name="Class">What it stands for, for those who read the picture with a program.</param>
public abstract record Shape(string Class)
{
    /// <summary>What a pointer on it shows (default: nothing).</summary>
    public string? Title { get; init; }
}

/// <summary>A closed shape, filled, hatched or with an edge alone.</summary>
/// <param name="Class">What it stands for.</param>
/// <param name="Points">Its corners.</param>
/// <param name="Fill">Its colour as <c>#RRGGBB</c>; null: none.</param>
/// <param name="Edge">The colour of its edge; null: none.</param>
/// <param name="IsHatched">Whether it is hatched with the colour of its edge.</param>
public sealed record Polygon(string Class, IReadOnlyList<(double X, double Y)> Points, string? Fill, string? Edge, bool IsHatched = false) : Shape(Class)
{
    /// <summary>Makes an upright rectangle.</summary>
    public static Polygon Box(string name, double x, double y, double width, double height, string? fill, string? edge, bool isHatched = false)
        => new(name, [(x, y), (x + width, y), (x + width, y + height), (x, y + height)], fill, edge, isHatched);
}

/// <summary>A line of straight pieces.</summary>
/// <param name="Class">What it stands for.</param>
/// <param name="Points">Its corners.</param>
/// <param name="Colour">Its colour as <c>#RRGGBB</c>.</param>
/// <param name="Width">Its width.</param>
/// <param name="IsDashed">Whether it is dashed.</param>
public sealed record Line(string Class, IReadOnlyList<(double X, double Y)> Points, string Colour, double Width, bool IsDashed = false) : Shape(Class);

/// <summary>A raster of pixels, stretched to a rectangle without smoothing.</summary>
/// <param name="Class">What it stands for.</param>
/// <param name="X">The left end.</param>
/// <param name="Y">The upper end.</param>
/// <param name="Width">The width on the picture.</param>
/// <param name="Height">The height on the picture.</param>
/// <param name="Columns">Pixels of a row.</param>
/// <param name="Rgb">(H, W, 3): red, green and blue, row by row.</param>
public sealed record Raster(string Class, double X, double Y, double Width, double Height, int Columns, byte[] Rgb) : Shape(Class)
{
    /// <summary>Rows of pixels.</summary>
    public int Rows => Rgb.Length / (3 * Columns);
}

/// <summary>A line of text.</summary>
/// <param name="Class">What it stands for.</param>
/// <param name="X">Its left end, middle or right end.</param>
/// <param name="Y">Its base line.</param>
/// <param name="Content">The text.</param>
/// <param name="Size">The size of its font.</param>
/// <param name="Colour">Its colour as <c>#RRGGBB</c>.</param>
/// <param name="Anchor">What X is.</param>
/// <param name="IsBold">Whether it is bold.</param>
public sealed record Label(string Class, double X, double Y, string Content, double Size, string Colour, Anchor Anchor = Anchor.Start, bool IsBold = false)
    : Shape(Class)
{
    // The advance of a character of DejaVu Sans, in sizes of the font. Most are narrower.
    private const double Advance = 0.62;

    /// <summary>Estimates the width of a text, rather too wide than too narrow.</summary>
    public static double WidthOf(string text, double size) => text.Length * size * Advance;
}

/// <summary>What the place of a label is.</summary>
public enum Anchor
{
    /// <summary>Its left end.</summary>
    Start,

    /// <summary>Its middle.</summary>
    Middle,

    /// <summary>Its right end.</summary>
    End,
}

/// <summary>A picture of shapes, whatever it is drawn as.</summary>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
/// <param name="Shapes">What is drawn, from the back to the front, on white.</param>
public sealed record Drawing(double Width, double Height, IReadOnlyList<Shape> Shapes);

namespace StreamPerceiver.Recordings.Explain.Picture;

/// <summary>The colours and marks of a timeline, which its legend names.</summary>
internal static class Marks
{
    public const string Ink = "#222222", Faint = "#8A8A8A", Grid = "#DDDDDD", Window = "#FFF4CC", Late = "#D00000", Rejected = "#B000A0";

    // Okabe and Ito's colours, which people who are colour-blind can tell apart; without those that stand for late and rejected.
    private static readonly string[] Colours = ["#0072B2", "#009E73", "#E69F00", "#56B4E9", "#8C5A2B", "#6A51A3"];

    private static readonly string[] Tints = ["#CCE3F0", "#CCECE3", "#FAECCC", "#DDF0FB", "#E8DED5", "#E1DCED"];

    /// <summary>The colour of an input.</summary>
    public static string ColourOf(int input) => Colours[input % Colours.Length];

    /// <summary>The light colour of an input.</summary>
    public static string TintOf(int input) => Tints[input % Tints.Length];

    /// <summary>Makes the mark of a sample at an instant.</summary>
    /// <param name="state">What became of it.</param>
    /// <param name="input">Index of its input.</param>
    /// <param name="x">The middle of the mark.</param>
    /// <param name="y">The middle of the mark.</param>
    /// <param name="radius">The radius of the marks that are not late or rejected.</param>
    public static Polygon At(SampleState state, int input, double x, double y, double radius)
    {
        string name = NameOf(state, input);
        return state switch
        {
            SampleState.Late => new Polygon(name, [(x, y - 8), (x + 7, y + 5), (x - 7, y + 5)], Late, "#FFFFFF"),
            SampleState.Rejected => new Polygon(name, Cross(x, y), Rejected, "#FFFFFF"),
            SampleState.Used => new Polygon(name, Circle(x, y, radius), ColourOf(input), null),
            SampleState.Unused => new Polygon(name, Circle(x, y, radius), "#FFFFFF", ColourOf(input)),
            _ => new Polygon(name, Circle(x, y, radius * 0.8), "#BBBBBB", null),
        };
    }

    /// <summary>Makes the mark of a sample that lasts.</summary>
    public static Polygon Span(SampleState state, int input, double from, double to, double y, double height) => Polygon.Box(
        NameOf(state, input), from, y - height / 2, Math.Max(1, to - from), height,
        state switch
        {
            SampleState.Used => TintOf(input),
            SampleState.Late => Late,
            SampleState.Rejected => Rejected,
            SampleState.Unused => "#FFFFFF",
            _ => "#EEEEEE",
        },
        state is SampleState.Used or SampleState.Unused ? ColourOf(input) : Faint);

    /// <summary>Makes a ring around a place.</summary>
    public static Line Ring(string name, double x, double y) => new(name, [.. Circle(x, y, 8), (x + 8, y)], Late, 2.5);

    private static string NameOf(SampleState state, int input) => $"sample {state.ToString().ToLowerInvariant()} input-{input}";

    private static (double X, double Y)[] Circle(double x, double y, double radius)
        => [.. Enumerable.Range(0, 16).Select(i => (x + radius * Math.Cos(i * Math.PI / 8), y + radius * Math.Sin(i * Math.PI / 8)))];

    private static (double X, double Y)[] Cross(double x, double y)
    {
        (double, double)[] corners = [(0, 2), (5, 7), (7, 5), (2, 0), (7, -5), (5, -7), (0, -2), (-5, -7), (-7, -5), (-2, 0), (-7, 5), (-5, 7)];
        return [.. corners.Select(c => (x + c.Item1, y + c.Item2))];
    }
}

namespace StreamPerceiver.Recordings.Explain.Picture.Attention;

/// <summary>The colours of attention: none to full, from the least share of a token to the greatest of its input.</summary>
/// <param name="input">What is read of the input.</param>
internal sealed class Heat(InputAttention input)
{
    /// <summary>The colour of full attention.</summary>
    public const string Full = "#D55E00";

    /// <summary>The light colour below a curve of attention.</summary>
    public const string Light = "#F6D9C6";

    // Even attention stays pale: the full colour needs at least so many times the mean.
    private const double LeastPeak = 2;

    private const double Strongest = 0.85;

    private static readonly byte[] Rgb = Convert.FromHexString(Full[1..]);

    private readonly double _mean = input.Share / Math.Max(1, input.Tokens.Count(share => share > 0));

    /// <summary>How many times the mean has the full colour.</summary>
    public double Top { get; } = Math.Max(LeastPeak, AttentionText.PeakOf(input));

    /// <summary>Returns a token's share over <see cref="Top"/> means, 0 to 1.</summary>
    public double Of(double share) => _mean > 0 ? Math.Clamp(share / _mean / Top, 0, 1) : 0;

    /// <summary>Mixes a colour and the full one.</summary>
    /// <param name="red">Red, 0 to 255.</param>
    /// <param name="green">Green.</param>
    /// <param name="blue">Blue.</param>
    /// <param name="heat">0 to 1.</param>
    public static byte[] Mix(byte red, byte green, byte blue, double heat)
        => [.. new[] { red, green, blue }.Zip(Rgb, (from, to) => (byte)Math.Round(from + ((to - from) * heat * Strongest)))];

    /// <summary>The colour of a heat on white, as <c>#RRGGBB</c>.</summary>
    public static string OnWhite(double heat) => $"#{Convert.ToHexString(Mix(255, 255, 255, heat))}";
}

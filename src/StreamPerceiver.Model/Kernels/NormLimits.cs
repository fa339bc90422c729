namespace StreamPerceiver.Model;

/// <summary>The constants of every layer norm.</summary>
internal static class NormLimits
{
    /// <summary>Number added to the variance. Hugging Face ignores its layer_norm_eps (1e-12) and uses PyTorch's default.</summary>
    public const double Epsilon = 1e-5;

    /// <summary>Greatest number that a norm's input may have. The square of a greater number overflows, and the token would silently become zero.</summary>
    public const float Most = 1e18f;
}

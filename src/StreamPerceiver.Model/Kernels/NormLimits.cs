namespace StreamPerceiver.Model;

/// <summary>The constants of every layer norm.</summary>
internal static class NormLimits
{
    /// <summary>Added to the variance. Hugging Face never reads its layer_norm_eps (1e-12): its norms run with the framework's default.</summary>
    public const double Epsilon = 1e-5;

    /// <summary>Greatest number of a norm's input. The square of a greater one overflows, and its token would become a silent zero.</summary>
    public const float Most = 1e18f;
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamPerceiver.Model;

/// <summary>
/// Score terms where the queries are tokens of a grid and the rows are latents: what the token's place counts to each latent, over the token's
/// deviation, and what the latent counts whatever the token. A panel lies within a line of the last axis.
/// </summary>
/// <param name="lineLength">Tokens of a line.</param>
/// <param name="deviations">(M) inverse deviations of the tokens.</param>
/// <param name="lines">(lines, N) what the other axes count.</param>
/// <param name="along">(N, panels of a line, Lanes) what the last axis counts.</param>
/// <param name="constants">(N).</param>
/// <param name="latents">N.</param>
internal sealed unsafe class QueryTerms(int lineLength, nint deviations, nint lines, nint along, nint constants, int latents) : ScoreTerms
{
    private const int Lanes = PanelProduct.Lanes;
    private const int Half = Lanes / 2;

    /// <summary>Panels of a line.</summary>
    public int PanelsOfLine { get; } = (lineLength + Lanes - 1) / Lanes;

    /// <summary>The first token of a panel.</summary>
    public int First(int panel) => (panel / PanelsOfLine * lineLength) + (panel % PanelsOfLine * Lanes);

    /// <summary>How many tokens a panel has.</summary>
    public int Count(int panel) => Math.Min(Lanes, lineLength - (panel % PanelsOfLine * Lanes));

    /// <summary>The inverse deviation of a token.</summary>
    public float Deviation(int token) => ((float*)deviations)[token];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Write(int panel, int first, int count, float* scores)
    {
        float* own = stackalloc float[Lanes];
        for (int lane = 0; lane < Lanes; lane++) own[lane] = lane < Count(panel) ? Deviation(First(panel) + lane) : 0f;
        Vector512<float> d0 = Vector512.Load(own), d1 = Vector512.Load(own + Half);
        float* line = (float*)lines + ((nint)(panel / PanelsOfLine) * latents) + first, constant = (float*)constants + first;
        float* place = (float*)along + ((((nint)first * PanelsOfLine) + (panel % PanelsOfLine)) * Lanes);
        for (int i = 0; i < count; i++, scores += Lanes, place += PanelsOfLine * Lanes)
        {
            Vector512<float> l = Vector512.Create(line[i]), c = Vector512.Create(constant[i]);
            Vector512.FusedMultiplyAdd(Vector512.Load(place) + l, d0, c).Store(scores);
            Vector512.FusedMultiplyAdd(Vector512.Load(place + Half) + l, d1, c).Store(scores + Half);
        }
    }
}

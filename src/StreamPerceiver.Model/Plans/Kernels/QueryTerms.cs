using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamPerceiver.Model;

/// <summary>
/// Score terms where the queries are tokens of a grid and the rows are latents: score = position term * inverse deviation of the token + bias of the
/// latent. The tokens of a panel are on one line of the last axis.
/// </summary>
/// <param name="lineLength">Tokens of a line.</param>
/// <param name="deviations">Address of (M) inverse deviations of the tokens.</param>
/// <param name="lines">Address of (lines, N) position terms of the other axes.</param>
/// <param name="along">Address of (N, panels of a line, Lanes) position terms of the last axis.</param>
/// <param name="constants">Address of (N) biases of the latents.</param>
/// <param name="latents">Latents N.</param>
internal sealed unsafe class QueryTerms(int lineLength, nint deviations, nint lines, nint along, nint constants, int latents) : ScoreTerms
{
    private const int Lanes = PanelProduct.Lanes;
    private const int Half = Lanes / 2;

    /// <summary>Number of panels of a line.</summary>
    public int PanelsOfLine { get; } = (lineLength + Lanes - 1) / Lanes;

    /// <summary>Returns the first token of a panel.</summary>
    public int First(int panel) => (panel / PanelsOfLine * lineLength) + (panel % PanelsOfLine * Lanes);

    /// <summary>Counts the tokens of a panel.</summary>
    public int Count(int panel) => Math.Min(Lanes, lineLength - (panel % PanelsOfLine * Lanes));

    /// <summary>Returns the inverse deviation of a token.</summary>
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

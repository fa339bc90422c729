using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// The parts of an input's tokens that are equal in every window of one grid: positions, constant, and their sums for the layer norm.
/// Channels of a token: features | positions | constant.
/// </summary>
internal sealed class TokenLayout : IDisposable
{
    private readonly ITokenMeasure _measure;
    private readonly Tensor? _constant;
    private readonly Linear? _features;
    private readonly Linear? _positions;

    /// <param name="channels">Channels C of a token.</param>
    /// <param name="parts">Tokens of the grid.</param>
    /// <param name="plan">The model's plan.</param>
    public TokenLayout(long channels, TokenParts parts, ExecutionPlan plan)
    {
        using IDisposable scope = NewDisposeScope();
        FourierGrid? fourier = parts.Places?.Fourier?.OverGrid(parts.Grid);
        Tensor? trained = parts.Places is { Fourier: null } table ? table.On(parts.Grid) : null; // (M_m, Cp)
        Grid = parts.Grid;
        Axes = fourier is null ? [1] : parts.Grid;
        Places = fourier is null ? null : Arrays.ToTensor(fourier.AlongAxes(), plan.Device, Axes.Sum(), fourier.Channels).DetachFromDisposeScope();
        Fold = Folded(parts.Linear, trained?.size(1) ?? 0)?.DetachFromDisposeScope();
        ExecutionPlan exact = plan.In(Precision.Float32);
        _features = Fold is null ? null : exact.MakeLinear(Fold, Zeros(Fold, Fold.size(0)));
        _positions = Places is null ? null : exact.MakeLinear(Places.t(), Zeros(Places, Places.size(1)));
        _constant = parts.Constant;
        (Positions, Padding) = (fourier?.Channels ?? 0, parts.Constant?.size(1) ?? 0);
        Features = channels - Positions - Padding;
        _measure = plan.MakeMeasure((int)channels, SumOthers(fourier, trained, parts, v => v), SumOthers(fourier, trained, parts, v => v * v));
    }

    /// <summary>Sizes of the axes of the tokens.</summary>
    public IReadOnlyList<int> Grid { get; }

    /// <summary>Sizes of the axes of the Fourier positions; a single axis of size 1 where there are no such positions.</summary>
    public IReadOnlyList<int> Axes { get; }

    /// <summary>
    /// A row for each place of each axis, (sum of the axes, Cp). A position is the sum of one row of each axis. Null without Fourier positions.
    /// </summary>
    public Tensor? Places { get; }

    /// <summary>
    /// Matrix (Cf, K + 1) that makes features of the dense channels (content and trained positions) and a one. Null where the input has no linear layer,
    /// so that the dense channels are the features.
    /// </summary>
    public Tensor? Fold { get; }

    /// <summary>Channels of the features, trained positions included.</summary>
    public long Features { get; }

    /// <summary>Channels of the Fourier positions; 0 for none.</summary>
    public long Positions { get; }

    /// <summary>Channels of the constant.</summary>
    public long Padding { get; }

    /// <summary>Turns score vectors over a token's channels, <paramref name="scores"/> (n, C), into score vectors over its dense channels, (n, K).</summary>
    public Tensor ScoresOfDense(Tensor scores)
    {
        Tensor own = scores.narrow(1, 0, Features);                         // (n, Cf)
        return Fold is null ? own : own.mm(Fold.narrow(1, 0, Fold.size(1) - 1)); // (n, K)
    }

    /// <summary>Computes the score terms of the places of each axis, (n, sum of the axes). The first axis includes the terms that all tokens share.</summary>
    public Tensor ScoresOfPlaces(Tensor scores)
    {
        Tensor constant = Zeros(scores, scores.size(0), 1);                 // (n, 1)
        if (Fold is not null) constant = constant.add(scores.narrow(1, 0, Features).mm(Fold.narrow(1, Fold.size(1) - 1, 1)), Scalars.One);
        if (_constant is not null) constant = constant.add(scores.narrow(1, Features + Positions, Padding).mm(_constant.t()), Scalars.One);
        if (Places is null) return constant;
        Tensor first = constant.expand(-1, Axes[0]), rest = Zeros(scores, scores.size(0), Axes.Sum() - Axes[0]);
        return scores.narrow(1, Features, Positions).mm(Places.t()).add(cat([first, rest], 1), Scalars.One); // (n, places)
    }

    /// <summary>Sums the terms of the axes before the last one, from <see cref="ScoresOfPlaces"/>, for each line: (n, lines).</summary>
    public Tensor ScoresOfLines(Tensor places)
    {
        Tensor lines = Zeros(places, places.size(0), 1);                    // (n, lines so far)
        long start = 0;
        foreach (int size in Axes.SkipLast(1))
        {
            lines = lines.unsqueeze(2).add(places.narrow(1, start, size).unsqueeze(1), Scalars.One).flatten(1);
            start += size;
        }

        return lines;
    }

    /// <summary>Sums shares of tokens (B, n, M_m) over the tokens of each place of each axis: (B, n, places).</summary>
    public Tensor SumByPlace(Tensor shares)
    {
        Tensor grid = shares.reshape([shares.size(0), shares.size(1), -1, Axes[^1]]); // (B, n, lines, length)
        Stack<Tensor> sums = new([grid.sum(2)]);                            // (B, n, length)
        Tensor rest = grid.sum(3);                                          // (B, n, lines)
        for (int axis = Axes.Count - 2; axis >= 0; axis--)
        {
            Tensor lines = rest.reshape([shares.size(0), shares.size(1), -1, Axes[axis]]);
            sums.Push(lines.sum(2));
            rest = lines.sum(3);
        }

        return cat([.. sums], 2);
    }

    /// <summary>Makes weighted sums of whole tokens, (B, n, C), from weighted sums of their parts.</summary>
    /// <param name="dense">Weighted sums of the dense channels, (B, n, K).</param>
    /// <param name="places">Sums of the weights by place, (B, n, places).</param>
    /// <param name="weight">Sums of the weights, (B, n, 1).</param>
    /// <param name="offset">Weighted sums of the tokens' means, (B, n, 1).</param>
    public Tensor ToWholeTokens(Tensor dense, Tensor places, Tensor weight, Tensor offset)
    {
        List<Tensor> parts = [];
        if (_features is not null) parts.Add(_features.Forward(cat([dense, weight], 2))); // (B, n, Cf)
        else if (dense.size(2) > 0) parts.Add(dense);
        if (_positions is not null) parts.Add(_positions.Forward(places));  // (B, n, Cp)
        if (_constant is not null) parts.Add(weight.mul(_constant));        // (B, n, Cc)
        return cat(parts, 2).sub(offset);
    }

    /// <summary>Computes inverse deviations and means of all tokens, (B, M_m) each.</summary>
    public (Tensor Deviations, Tensor Means) Measure(TokenParts parts) => _measure.Measure(parts);

    public void Dispose()
    {
        Places?.Dispose();
        Fold?.Dispose();
        _features?.Dispose();
        _positions?.Dispose();
        _measure.Dispose();
    }

    private static Tensor Zeros(Tensor beside, params long[] shape) => zeros(shape, device: beside.device);

    private static Tensor? Folded(Linear? linear, long trained)
    {
        if (linear is null) return null;
        Tensor weight = linear.Weight.to(ScalarType.Float32), bias = linear.Bias.to(ScalarType.Float32).unsqueeze(1);
        if (trained == 0) return cat([weight, bias], 1);
        Tensor above = cat([weight, Zeros(weight, weight.size(0), trained), bias], 1);
        Tensor identity = Zeros(weight, trained, trained + 1);
        for (long i = 0; i < trained; i++) identity.narrow(0, i, 1).narrow(1, i, 1).fill_(Scalars.One);
        return cat([above, cat([Zeros(weight, trained, weight.size(1)), identity], 1)], 0);
    }

    // Sums a function of the channels that are not features, for each token.
    private static float[] SumOthers(FourierGrid? fourier, Tensor? trained, TokenParts parts, Func<float, float> of)
    {
        double constant = parts.Constant is null ? 0 : Arrays.ToFloats(parts.Constant).Sum(v => (double)of(v));
        if (fourier is not null) return fourier.Sums(of, constant);
        float[] sums = [.. Enumerable.Repeat((float)constant, (int)parts.Count)];
        if (trained is null) return sums;
        float[] table = Arrays.ToFloats(trained);
        int width = (int)trained.size(1);
        for (int token = 0; token < sums.Length; token++)
            for (int c = 0; c < width; c++) sums[token] += of(table[(token * width) + c]);
        return sums;
    }
}

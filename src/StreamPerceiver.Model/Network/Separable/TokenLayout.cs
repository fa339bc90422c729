using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// What of an input's tokens is the same in every window of one grid: what a token is made of beside its content, and what its norm needs to know of that.
/// Channels of a token: features | positions | constant.
/// </summary>
internal sealed unsafe class TokenLayout : IDisposable
{
    private const int StatisticsRows = 4096;
    private const int Pieces = 16;

    private readonly TokenStatistics _statistics;
    private readonly Tensor? _constant;
    private readonly PackedMatrix? _features;
    private readonly PackedMatrix? _positions;

    /// <param name="channels">Channels C of a token.</param>
    /// <param name="parts">Tokens of the grid.</param>
    public TokenLayout(long channels, TokenParts parts)
    {
        using IDisposable scope = NewDisposeScope();
        FourierGrid? fourier = parts.Places?.Fourier?.OverGrid(parts.Grid);
        Tensor? trained = parts.Places is { Fourier: null } table ? table.On(parts.Grid) : null; // (M_m, Cp)
        Grid = parts.Grid;
        Axes = fourier is null ? [1] : parts.Grid;
        Places = fourier is null ? null : Arrays.ToTensor(fourier.AlongAxes(), CPU, Axes.Sum(), fourier.Channels).DetachFromDisposeScope();
        Fold = Folded(parts.Linear, trained?.size(1) ?? 0)?.DetachFromDisposeScope();
        _features = Fold is null ? null : PackedMatrix.Of(Fold);
        _positions = Places is null ? null : PackedMatrix.Of(Places.t());
        _constant = parts.Constant;
        (Positions, Padding) = (fourier?.Channels ?? 0, parts.Constant?.size(1) ?? 0);
        Features = channels - Positions - Padding;
        _statistics = new TokenStatistics((int)channels, PerToken(fourier, trained, parts, v => v), PerToken(fourier, trained, parts, v => v * v));
    }

    /// <summary>Sizes of the axes of the tokens.</summary>
    public IReadOnlyList<int> Grid { get; }

    /// <summary>Sizes of the axes along which places separate; one of a single place where there are none.</summary>
    public IReadOnlyList<int> Axes { get; }

    /// <summary>What each place on each axis brings to a position, (sum of the axes, Cp); null without such positions.</summary>
    public Tensor? Places { get; }

    /// <summary>
    /// (Cf, K + 1) that makes features of what is dense, content and trained positions and a one, where a linear layer does; null where features are
    /// what is dense.
    /// </summary>
    public Tensor? Fold { get; }

    /// <summary>Channels of features, trained positions among them.</summary>
    public long Features { get; }

    /// <summary>Channels of positions that separate.</summary>
    public long Positions { get; }

    /// <summary>Channels of the constant.</summary>
    public long Padding { get; }

    /// <summary>What a dense channel counts, (n, K), where a token's channels count <paramref name="scores"/> (n, C).</summary>
    public Tensor OfDense(Tensor scores)
    {
        Tensor own = scores.narrow(1, 0, Features);                         // (n, Cf)
        return Fold is null ? own : own.mm(Fold.narrow(1, 0, Fold.size(1) - 1)); // (n, K)
    }

    /// <summary>What places count, (n, sum of the axes); what is the same for all tokens goes with the first axis.</summary>
    public Tensor OfPlaces(Tensor scores)
    {
        Tensor constant = zeros(scores.size(0), 1);                        // (n, 1)
        if (Fold is not null) constant = constant.add(scores.narrow(1, 0, Features).mm(Fold.narrow(1, Fold.size(1) - 1, 1)));
        if (_constant is not null) constant = constant.add(scores.narrow(1, Features + Positions, Padding).mm(_constant.t()));
        if (Places is null) return constant;
        Tensor first = constant.expand(-1, Axes[0]), rest = zeros(scores.size(0), Axes.Sum() - Axes[0]);
        return scores.narrow(1, Features, Positions).mm(Places.t()).add(cat([first, rest], 1)); // (n, places)
    }

    /// <summary>Whole tokens (B, n, C) of sums of dense channels (B, n, K), places (B, n, places), weights and offsets (B, n, 1).</summary>
    public Tensor Whole(Tensor dense, Tensor places, Tensor weight, Tensor offset)
    {
        List<Tensor> parts = [];
        if (_features is not null) parts.Add(_features.Product(cat([dense, weight], 2))); // (B, n, Cf)
        else if (dense.size(2) > 0) parts.Add(dense);
        if (_positions is not null) parts.Add(_positions.Product(places));  // (B, n, Cp)
        if (_constant is not null) parts.Add(weight.mul(_constant));        // (B, n, Cc)
        return cat(parts, 2).sub(offset);
    }

    /// <summary>Inverse deviations and means of all tokens, (B, M_m) each.</summary>
    public (Tensor Deviations, Tensor Means) Measure(TokenParts parts)
    {
        int batch = (int)parts.Batch, count = (int)parts.Count;
        Tensor deviations = empty([batch, count]), means = empty([batch, count]);
        float* deviation = (float*)Columns.Address(deviations), mean = (float*)Columns.Address(means);
        for (int b = 0; b < batch; b++, deviation += count, mean += count)
        {
            for (int first = 0; first < count; first += StatisticsRows)
            {
                using IDisposable scope = NewDisposeScope();
                int rows = Math.Min(StatisticsRows, count - first), piece = (rows + Pieces - 1) / Pieces, from = first;
                Tensor? content = parts.Content?.narrow(0, b, 1).narrow(1, first, rows); // (1, rows, Cx)
                Tensor? features = (content is null ? null : parts.Linear?.Forward(content) ?? content)?.contiguous(); // (1, rows, Cf)
                float* row = features is null ? null : (float*)Columns.Address(features), d = deviation + first, m = mean + first;
                int width = (int)(features?.size(2) ?? 0);
                ParallelTasks.Each(Pieces, task =>
                {
                    int start = Math.Min(rows, task * piece);
                    _statistics.Measure(row + ((long)start * width), width, from + start, Math.Min(piece, rows - start), d + start, m + start);
                });
            }
        }

        return (deviations, means);
    }

    public void Dispose()
    {
        Places?.Dispose();
        Fold?.Dispose();
        _features?.Dispose();
        _positions?.Dispose();
    }

    private static Tensor? Folded(Linear? linear, long trained)
    {
        if (linear is null) return null;
        Tensor weight = linear.Weight.to(ScalarType.Float32), bias = linear.Bias.to(ScalarType.Float32).unsqueeze(1);
        if (trained == 0) return cat([weight, bias], 1);
        Tensor above = cat([weight, zeros(weight.size(0), trained), bias], 1);
        Tensor identity = zeros(trained, trained + 1);
        for (long i = 0; i < trained; i++) identity.narrow(0, i, 1).narrow(1, i, 1).fill_(1);
        return cat([above, cat([zeros(trained, weight.size(1)), identity], 1)], 0);
    }

    // What the channels that are no features sum up to, by token.
    private static float[] PerToken(FourierGrid? fourier, Tensor? trained, TokenParts parts, Func<float, float> of)
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

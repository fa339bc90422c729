using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>What of an input's tokens is the same in every window of one grid: places, constants, and the latents' scores of both.</summary>
internal sealed unsafe class SeparableLayout : IDisposable
{
    private const int Lanes = PanelProduct.Lanes;

    private readonly IReadOnlyList<int> _grid;
    private readonly int _channels;
    private readonly Tensor _queries;
    private readonly Tensor _placeScores;
    private readonly Tensor? _places;
    private readonly Tensor? _fold;
    private readonly Tensor? _constant;

    /// <param name="scores">(H N, C).</param>
    /// <param name="parts">Tokens of the grid.</param>
    public SeparableLayout(Tensor scores, TokenParts parts)
    {
        using IDisposable scope = NewDisposeScope();
        FourierGrid? fourier = parts.Places?.Fourier?.OverGrid(parts.Grid);
        (_grid, _channels) = (parts.Grid, (int)scores.shape[1]);
        Tensor? trained = parts.Places is { Fourier: null } table ? table.On(parts.Grid) : null; // (M_m, Cp)
        Axes = new AxisScores(fourier is null ? [1] : parts.Grid);
        _places = fourier is null ? null : Arrays.ToTensor(fourier.AlongAxes(), CPU, Axes.Places, fourier.Channels).DetachFromDisposeScope();
        _fold = Fold(parts.Linear, trained?.shape[1] ?? 0)?.DetachFromDisposeScope();
        _constant = parts.Constant?.DetachFromDisposeScope();

        long positions = fourier?.Channels ?? 0, padding = parts.Constant?.shape[1] ?? 0, features = _channels - positions - padding;
        Tensor own = scores.narrow(1, 0, features);                         // (H N, Cf)
        _queries = Panels(_fold is null ? own : own.matmul(_fold.narrow(1, 0, _fold.shape[1] - 1))).DetachFromDisposeScope(); // (panels, K, Lanes)
        Tensor constant = zeros(scores.shape[0], 1);                        // (H N, 1)
        if (_fold is not null) constant = constant.add(own.matmul(_fold.narrow(1, _fold.shape[1] - 1, 1)));
        if (parts.Constant is not null) constant = constant.add(scores.narrow(1, features + positions, padding).matmul(parts.Constant.t()));
        Tensor placed = constant;                                           // (H N, places)
        if (_places is not null)
        {
            Tensor first = constant.expand(-1, parts.Grid[0]), rest = zeros(scores.shape[0], Axes.Places - parts.Grid[0]); // the constant goes with the first axis
            placed = scores.narrow(1, features, positions).matmul(_places.t()).add(cat([first, rest], 1));
        }

        _placeScores = Panels(placed).DetachFromDisposeScope();             // (panels, places, Lanes)
        Statistics = new TokenStatistics(_channels, PerToken(fourier, trained, parts, v => v), PerToken(fourier, trained, parts, v => v * v));
    }

    /// <summary>The axes along which places separate; one of a single place where there are none.</summary>
    public AxisScores Axes { get; }

    /// <summary>Means and deviations of the tokens.</summary>
    public TokenStatistics Statistics { get; }

    /// <summary>Whether it is that of such tokens.</summary>
    public bool Fits(TokenParts parts) => _grid.SequenceEqual(parts.Grid);

    /// <summary>Place scores of a panel, (places, Lanes); those of the next follow.</summary>
    public float* PlaceScores(int panel) => (float*)Columns.Address(_placeScores) + (panel * _placeScores.shape[1] * Lanes);

    /// <summary>Copies the queries of a panel, (K, Lanes).</summary>
    public void CopyQueries(int panel, float* to)
    {
        int size = (int)_queries.shape[1] * Lanes;
        if (size > 0) new Span<float>((float*)Columns.Address(_queries) + ((long)panel * size), size).CopyTo(new Span<float>(to, size));
    }

    /// <summary>Whole tokens (B, H N, C) of gathered values (B, H N, K), places (B, H N, places), weights and offsets (B, H N, 1).</summary>
    public Tensor Whole(Tensor values, Tensor places, Tensor weight, Tensor offset)
    {
        List<Tensor> parts = [];
        if (_fold is not null) parts.Add(cat([values, weight], 2).matmul(_fold.t())); // (B, H N, Cf)
        else if (values.shape[2] > 0) parts.Add(values);
        if (_places is not null) parts.Add(places.matmul(_places));         // (B, H N, Cp)
        if (_constant is not null) parts.Add(weight.matmul(_constant));     // (B, H N, Cc)
        return cat(parts, 2).sub(offset);
    }

    public void Dispose()
    {
        _queries.Dispose();
        _placeScores.Dispose();
        _places?.Dispose();
        _fold?.Dispose();
    }

    // (features and trained positions, content and trained positions and 1) where a linear layer makes the features; null where nothing does.
    private static Tensor? Fold(Linear? linear, long trained)
    {
        if (linear is null) return null;
        Tensor weight = linear.Weight.to(ScalarType.Float32), bias = linear.Bias.to(ScalarType.Float32).unsqueeze(1);
        if (trained == 0) return cat([weight, bias], 1);
        Tensor above = cat([weight, zeros(weight.shape[0], trained), bias], 1);
        Tensor identity = zeros(trained, trained + 1);
        for (long i = 0; i < trained; i++) identity.narrow(0, i, 1).narrow(1, i, 1).fill_(1);
        return cat([above, cat([zeros(trained, weight.shape[1]), identity], 1)], 0);
    }

    // (H N, n) into (panels, n, Lanes); lanes that no latent has are zero.
    private static Tensor Panels(Tensor rows)
    {
        long panels = (rows.shape[0] + Lanes - 1) / Lanes;
        Tensor padded = cat([rows, zeros((panels * Lanes) - rows.shape[0], rows.shape[1])], 0);
        return padded.reshape(panels, Lanes, rows.shape[1]).transpose(1, 2).contiguous();
    }

    // What the channels that are no features sum up to, by token.
    private static float[] PerToken(FourierGrid? fourier, Tensor? trained, TokenParts parts, Func<float, float> of)
    {
        double constant = parts.Constant is null ? 0 : Arrays.ToFloats(parts.Constant).Sum(v => (double)of(v));
        if (fourier is not null) return fourier.Sums(of, constant);
        float[] sums = [.. Enumerable.Repeat((float)constant, (int)parts.Count)];
        if (trained is null) return sums;
        float[] table = Arrays.ToFloats(trained);
        int width = (int)trained.shape[1];
        for (int token = 0; token < sums.Length; token++)
            for (int c = 0; c < width; c++) sums[token] += of(table[(token * width) + c]);
        return sums;
    }
}

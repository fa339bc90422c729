using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>The positions of an input's tokens. Positions depend only on the grid, so the table is kept until a call brings another grid.</summary>
internal sealed class PositionTable : IDisposable
{
    private readonly Func<IReadOnlyList<int>, Tensor> _make;
    private readonly Device _device;
    private IReadOnlyList<int> _grid = [];
    private Tensor? _table;

    private PositionTable(Func<IReadOnlyList<int>, Tensor> make, FourierPositions? fourier, Device device)
        => (_make, Fourier, _device) = (make, fourier, device);

    /// <summary>The Fourier positions; null where positions are trained.</summary>
    public FourierPositions? Fourier { get; }

    /// <summary>Makes the table of an input; null where the input has no positions, or its content layer adds them (text).</summary>
    public static PositionTable? ForInput(InputConfig config, WeightScope weights, Device device)
    {
        if (config.TrainedPositions is TrainedPositions trained)
        {
            Tensor stored = weights.At("position_embeddings").Get("position_embeddings"); // (M_m, channels)
            Linear? projection = trained.ProjectedChannels is null ? null : Linear.FromStored(weights.At("positions_projection"));
            return new(_ => projection?.Forward(stored) ?? stored.alias(), null, device); // (M_m, Cp)
        }

        return config.Fourier is not FourierPositions positions ? null : new(Make, positions, device);

        Tensor Make(IReadOnlyList<int> grid)
        {
            FourierGrid fourier = positions.OverGrid(grid);
            return Arrays.ToTensor(fourier.All(), device, fourier.Count, fourier.Channels); // (M_m, Cp)
        }
    }

    /// <summary>Returns the positions of a grid's tokens, (M_m, Cp).</summary>
    public Tensor On(IReadOnlyList<int> grid)
    {
        if (_table is null || !_grid.SequenceEqual(grid))
        {
            _table?.Dispose();
            _table = _make(grid).DetachFromDisposeScope();
            _grid = [.. grid];
        }

        return _table;                                                      // (M_m, Cp)
    }

    /// <summary>Returns the positions at flat indices of a grid, (n, Cp). Of Fourier positions no others are computed.</summary>
    public Tensor At(IReadOnlyList<int> grid, int[] points)
    {
        if (Fourier is not { } positions) return On(grid).index_select(0, Arrays.ToIndices(points, _device));
        FourierGrid fourier = positions.OverGrid(grid);
        return Arrays.ToTensor(fourier.At(points), _device, points.Length, fourier.Channels);
    }

    public void Dispose() => _table?.Dispose();
}

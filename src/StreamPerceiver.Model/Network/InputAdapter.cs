using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>One input: checks what a call brings, and adds positions and trained padding to its content (arXiv:2107.14795, section 3.2).</summary>
internal sealed class InputAdapter : IDisposable
{
    private readonly Device _device;
    private readonly FourierPositions? _positions;
    private readonly Tensor? _padding;
    private readonly Tensor? _maskVector;
    private IReadOnlyList<int> _tableGrid = [];
    private Tensor? _table;

    /// <param name="name">Name of the input.</param>
    /// <param name="config">Sizes of the input.</param>
    /// <param name="preprocessor">Where its trained vectors are; null in a single-input model, which has none.</param>
    /// <param name="device">Where the model runs.</param>
    public InputAdapter(string name, InputConfig config, WeightScope? preprocessor, Device device)
    {
        Name = name;
        Config = config;
        _device = device;
        _positions = config.Positions;
        _padding = preprocessor?.At("padding").Get(name);                   // (1, C - C_m)
        _maskVector = config.AlwaysMasked ? preprocessor?.At("mask").Get(name) : null; // (1, C)
    }

    public string Name { get; }

    public InputConfig Config { get; }

    /// <summary>The parts of checked content; always the mask vector where the configuration says so.</summary>
    /// <param name="batch">B.</param>
    /// <param name="input">What the call brings; may be null for an input that is always masked.</param>
    /// <param name="ignored">(B, M_m), true where a token is hidden, or null.</param>
    public TokenParts Parts(long batch, ModelInput? input, Tensor? ignored)
    {
        IReadOnlyList<int> grid = input?.Grid ?? Config.Grid;
        long count = InputGuards.Tokens(grid);
        if (_maskVector is not null)
            return new TokenParts(batch, count, null, null, _maskVector);

        Tensor content = input!.Content.to(_device);                        // (B, M_m, Cx)
        if (ignored is not null)
            content = content.masked_fill(ignored.unsqueeze(-1), 0f);       // (B, M_m, Cx): what is hidden may hold anything, even NaN
        InputGuards.RequireFinite(Name, content);
        return new TokenParts(batch, count, content, Table(grid), _padding);
    }

    public void Dispose() => _table?.Dispose();

    // Positions depend on the grid alone, and a stream's grid does not change: the last one is kept.
    private Tensor? Table(IReadOnlyList<int> grid)
    {
        if (_positions is null)
            return null;
        if (_table is null || !_tableGrid.SequenceEqual(grid))
        {
            _table?.Dispose();
            FourierGrid fourier = _positions.OverGrid(grid);
            _table = Arrays.ToTensor(fourier.All(), _device, fourier.Count, fourier.Channels).DetachFromDisposeScope(); // (M_m, Cp)
            _tableGrid = [.. grid];
        }

        return _table;                                                      // (M_m, Cp)
    }
}

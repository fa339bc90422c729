using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Makes one input's tokens: features of the content, positions and trained padding (arXiv:2107.14795, section 3.2).</summary>
internal sealed class InputAdapter : IDisposable
{
    private readonly Device _device;
    private readonly ScalarType _exactType;
    private readonly ContentLayer _content;
    private readonly PositionTable? _positions;
    private readonly Tensor? _padding;
    private readonly Tensor? _maskVector;

    /// <param name="name">Name of the input.</param>
    /// <param name="config">Sizes of the model.</param>
    /// <param name="weights">The model's weights at the root.</param>
    /// <param name="device">The model's device.</param>
    public InputAdapter(string name, PerceiverConfig config, WeightScope weights, Device device)
    {
        WeightScope own = weights.At(WeightKeys.Input(config, name));
        WeightScope joined = weights.At(WeightKeys.Joined);
        Name = name;
        Config = config.Inputs[name];
        (_device, _exactType) = (device, weights.Plan.ExactType);
        _content = ContentLayer.ForInput(name, Config, own, device);
        _positions = PositionTable.ForInput(Config, own, device);
        _padding = config.InputChannels > Config.TokenChannels ? joined.At("padding").Get(name) : null; // (1, C - C_m)
        _maskVector = Config.AlwaysMasked ? joined.At("mask").Get(name) : null; // (1, C)
    }

    public string Name { get; }

    public InputConfig Config { get; }

    /// <summary>Makes the parts of checked content. An input that is always masked has its mask vector for all tokens.</summary>
    /// <param name="batch">B.</param>
    /// <param name="input">The call's input; may be null for an input that is always masked.</param>
    public TokenParts Parts(long batch, ModelInput? input)
    {
        IReadOnlyList<int> grid = input?.Grid ?? Config.ContentGrid;
        IReadOnlyList<int> tokenGrid = Config.TokenGrid(grid);
        Tensor? mask = input?.Mask?.to(_device).eq(Scalars.Zero);           // (B, M_m) or (B, content tokens)
        bool masksContent = mask?.size(1) == InputGuards.Tokens(grid);
        Tensor? ignored = mask is not null && masksContent ? _content.Hidden(mask, grid) : mask; // (B, M_m)
        if (_maskVector is not null)
            return new TokenParts(batch, tokenGrid, null, null, null, _maskVector, ignored);

        Tensor content = input!.Content.to(_exactType, _device);            // (B, content tokens, Cx)
        if (mask is not null && masksContent)
            content = content.masked_fill(mask.unsqueeze(-1), Scalars.Zero); // (B, content tokens, Cx): hidden content may be NaN
        InputGuards.RequireFinite(Name, content);
        Tensor features = _content.Features(content, grid);                 // (B, M_m, Cf)
        if (!Config.AddPositions || _positions is null)
            return new TokenParts(batch, tokenGrid, features, _content.Linear, _positions, _padding, ignored);
        Tensor placed = (_content.Linear?.Forward(features) ?? features).add(_positions.On(tokenGrid), Scalars.One); // (B, M_m, Cf)
        return new TokenParts(batch, tokenGrid, placed, null, null, _padding, ignored);
    }

    public void Dispose() => _positions?.Dispose();
}

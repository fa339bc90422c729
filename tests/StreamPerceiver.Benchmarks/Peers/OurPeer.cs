using StreamPerceiver.Formats;
using StreamPerceiver.Model;
using static TorchSharp.torch;

namespace StreamPerceiver.Benchmarks.Peers;

/// <summary>This product: its network on its own kernels.</summary>
internal sealed class OurPeer : IPeer
{
    private readonly PerceiverModel _model;
    private readonly NamedCall _call;

    public OurPeer(PeerCase of, Precision precision)
    {
        Precision = precision;
        _model = Checkpoint.Load(of.Model, ExecutionPlan.Kernels(precision));
        _call = NamedArrays.ToCall(_model.Config, of.Inputs());
    }

    public string Name => $"ours {PeerText.Of(Precision)}";

    public bool IsOurs => true;

    public Precision Precision { get; }

    public int WarmUps => 1;

    public IReadOnlyDictionary<string, NpyArray> Run()
    {
        using IDisposable scope = NewDisposeScope();
        return NamedArrays.FromOutputs(_model.Config, _model.Forward(_call.Inputs, _call.Points));
    }

    public void Dispose() => _model.Dispose();
}

using Microsoft.ML.OnnxRuntime;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;

namespace StreamPerceiver.Benchmarks.Peers;

/// <summary>ONNX Runtime on the exported model, with its default optimisations.</summary>
internal sealed class OnnxPeer : IPeer
{
    // By default the threads of a session spin for a while after a run, and would take the processors from the next engine.
    private const string StopSpinning = "session.force_spinning_stop";

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly Dictionary<string, OrtValue> _inputs;

    public OnnxPeer(PeerCase of, int threads)
    {
        using var settings = new SessionOptions { IntraOpNumThreads = threads };
        settings.AddSessionConfigEntry(StopSpinning, "1");
        _session = new InferenceSession(of.File("onnx"), settings);
        IReadOnlyDictionary<string, NpyArray> arrays = of.Inputs();
        _inputs = _session.InputNames.ToDictionary(name => name, name => ToValue(arrays[name]), StringComparer.Ordinal);
    }

    public string Name => "ONNX Runtime float32";

    public bool IsOurs => false;

    public Precision Precision => Precision.Float32;

    public int WarmUps => 1;

    public IReadOnlyDictionary<string, NpyArray> Run()
    {
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_options, _inputs, _session.OutputNames);
        return _session.OutputNames.Zip(outputs).ToDictionary(o => o.First, o => ToArray(o.Second), StringComparer.Ordinal);
    }

    public void Dispose()
    {
        foreach (OrtValue input in _inputs.Values) input.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    private static OrtValue ToValue(NpyArray array)
    {
        long[] shape = [.. array.Shape];
        return array.Type == NpyType.I64
            ? OrtValue.CreateTensorValueFromMemory(array.ToLongs(), shape)
            : OrtValue.CreateTensorValueFromMemory(array.ToFloats(), shape);
    }

    private static NpyArray ToArray(OrtValue value) => NpyArray.FromFloats(value.GetTensorTypeAndShape().Shape, value.GetTensorDataAsSpan<float>());
}

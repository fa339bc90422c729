#pragma warning disable RS0030 // TorchScript is what a PyTorch user has; an error of it may end this bench
using System.Runtime.CompilerServices;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;
using static TorchSharp.torch;

namespace StreamPerceiver.Benchmarks.Peers;

/// <summary>The libtorch that TorchSharp brings, on the model as TorchScript.</summary>
internal sealed class LibtorchPeer : IPeer
{
    private readonly jit.ScriptModule _module;
    private readonly Tensor[] _inputs;
    private readonly string[] _outputs;
    private readonly bool _isFused;

    /// <summary>Loads the TorchScript module.</summary>
    /// <param name="of">The case.</param>
    /// <param name="precision">What dense products run in.</param>
    /// <param name="isFused">Whether attention is libtorch's own operation, and not products with a softmax between them.</param>
    /// <param name="outputs">The names of all outputs.</param>
    public LibtorchPeer(PeerCase of, Precision precision, bool isFused, IEnumerable<string> outputs)
    {
        (Precision, _isFused) = (precision, isFused);
        _module = jit.load(of.File($"{PeerText.Of(precision)}{(isFused ? "-fused" : "")}.pt"));

        // The exports take and give arrays in the order of their names.
        _inputs = [.. of.Inputs().OrderBy(i => i.Key, StringComparer.Ordinal).Select(i => ToTensor(i.Value))];
        _outputs = [.. outputs.Order(StringComparer.Ordinal)];
    }

    public string Name => $"libtorch {PeerText.Of(Precision)}{(_isFused ? ", fused attention" : "")}";

    public bool IsOurs => false;

    public Precision Precision { get; }

    // TorchScript observes a first run, and compiles for what it saw in the second.
    public int WarmUps => 2;

    public IReadOnlyDictionary<string, NpyArray> Run()
    {
        using IDisposable inference = inference_mode();
        using IDisposable scope = NewDisposeScope();
        Tensor[] answers = _module.forward([.. _inputs]) switch
        {
            Tensor one => [one],
            Tensor[] list => list,
            ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(i => (Tensor)tuple[i]!)],
            object other => throw new InvalidOperationException($"{Name} answers with {other.GetType()}"),
        };
        return _outputs.Zip(answers).ToDictionary(o => o.First, o => ToArray(o.Second), StringComparer.Ordinal);
    }

    public void Dispose() => _module.Dispose();

    private static Tensor ToTensor(NpyArray array)
    {
        long[] shape = [.. array.Shape];
        return array.Type == NpyType.I64 ? tensor(array.ToLongs()).reshape(shape) : tensor(array.ToFloats()).reshape(shape);
    }

    private static NpyArray ToArray(Tensor tensor) => NpyArray.FromFloats(tensor.shape, tensor.to(ScalarType.Float32).contiguous().data<float>().ToArray());
}

using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// The device, the precision and the code of a model's operations. A model gets one plan when it is made, and its layers do not ask for the device.
/// </summary>
public abstract class ExecutionPlan
{
    private protected ExecutionPlan(Device device, Precision precision) => (Device, Precision) = (device, precision);

    /// <summary>The device that holds the weights and runs the operations.</summary>
    public Device Device { get; }

    /// <summary>The number format of dense products.</summary>
    public Precision Precision { get; }

    /// <summary>The plan's name in settings: <c>kernels</c> or <c>tensors</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Makes the plan of this assembly's own kernels, which run on the CPU.</summary>
    /// <param name="precision">The number format of dense products (default: float32).</param>
    public static ExecutionPlan Kernels(Precision precision = Precision.Float32) => new KernelPlan(precision);

    /// <summary>Makes the plan of libtorch's operations, which run on every device.</summary>
    /// <param name="device">The device (default: the CPU).</param>
    /// <param name="precision">The number format of dense products (default: float32).</param>
    public static ExecutionPlan Tensors(Device? device = null, Precision precision = Precision.Float32) => new TensorPlan(device ?? CPU, precision);

    /// <summary>Returns the same plan in another precision.</summary>
    public abstract ExecutionPlan In(Precision precision);

    /// <summary>Whether the weights change between calls, so that no layer may keep what it has computed from them (default: no).</summary>
    internal virtual bool IsTraining => false;

    /// <summary>The number format of what is not rounded to <see cref="Precision"/>: norms, residuals and outputs (default: float32).</summary>
    internal virtual ScalarType ExactType => ScalarType.Float32;

    /// <summary>The plan of layers whose results are parts of an output. Its products give float32 that is not rounded.</summary>
    internal abstract ExecutionPlan ForOutputs { get; }

    /// <summary>Makes a linear layer from copies of a weight (out, in) and a bias (out). The caller disposes the layer.</summary>
    internal abstract Linear MakeLinear(Tensor weight, Tensor bias);

    /// <summary>Normalises rows (..., C) by layer norm. The result may be rounded to the plan's precision, since a product reads it.</summary>
    internal abstract Tensor Normalise(Tensor x, Tensor weight, Tensor bias);

    /// <summary>Computes softmax(queries keysᵀ / sqrt(d)) values, head by head; column c belongs to head c / (columns / heads).</summary>
    /// <param name="queries">(B or 1, Nq, qk); those of one window serve all windows.</param>
    /// <param name="keys">(B, Nk, qk).</param>
    /// <param name="values">(B, Nk, v).</param>
    /// <param name="heads">Heads H.</param>
    /// <param name="hidden">True where a key is hidden, (B, Nk); null for none. Where all keys are hidden, the row is zero.</param>
    /// <returns>(B, Nq, v).</returns>
    internal abstract Tensor Attend(Columns queries, Columns keys, Columns values, int heads, Tensor? hidden);

    /// <summary>Tells whether the encoder's first cross-attention is faster when it takes the tokens in parts.</summary>
    internal abstract bool ReadsInParts(PerceiverConfig config);

    /// <summary>Whether queries that are tokens are taken in parts, where that is faster (default: yes).</summary>
    internal virtual bool AsksInParts => true;

    /// <summary>Makes a cross-attention that takes the tokens in parts.</summary>
    internal abstract SeparableCrossAttention MakeReader(SeparableWeights weights);

    /// <summary>Makes a cross-attention whose queries are tokens in parts.</summary>
    internal abstract SeparableQueries MakeQueries(LayerNorm norm, Linear query, Linear output, int heads);

    /// <summary>Makes the object that computes the layer norm's statistics of tokens in parts.</summary>
    /// <param name="channels">Channels C of a whole token.</param>
    /// <param name="sums">(M) sums of the channels that are not features.</param>
    /// <param name="squares">(M) sums of the squares of these channels.</param>
    internal abstract ITokenMeasure MakeMeasure(int channels, float[] sums, float[] squares);

    /// <summary>Waits until the device has finished its operations.</summary>
    internal virtual void Wait()
    {
    }
}

using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// The plan of libtorch's operations on the CPU, which hands on the weights of each attention as the layers run. All tokens, keys and weights are made whole,
/// so it is slower than the others. It exists to be read, and the other plans have no work for it.
/// </summary>
/// <param name="observe">Receives the weights of an attention as the mean of its heads, (B, Nq, Nk). They are freed after the call.</param>
internal sealed class ObservedPlan(Action<Tensor> observe) : TensorPlan(CPU, Precision.Float32)
{
    internal override ExecutionPlan ForOutputs => this;

    internal override bool AsksInParts => false;

    public override ExecutionPlan In(Precision precision) => this;

    internal override bool ReadsInParts(PerceiverConfig config) => false;

    internal override Tensor Attend(Columns queries, Columns keys, Columns values, int heads, Tensor? hidden)
    {
        using (NewDisposeScope()) observe(TensorAttention.Weigh(queries, keys, heads, hidden));
        return base.Attend(queries, keys, values, heads, hidden);
    }
}

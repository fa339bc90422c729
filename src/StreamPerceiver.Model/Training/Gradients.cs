using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>The gradients of a model's weights.</summary>
public static class Gradients
{
    /// <summary>Scales the gradients of all weights down together, so that their common norm is at most a limit.</summary>
    /// <param name="parameters">The weights.</param>
    /// <param name="most">The limit; infinity for none.</param>
    /// <returns>The norm as it was; not finite where a gradient is not. The gradients are then as they were.</returns>
    public static double ClipNorm(IEnumerable<Tensor> parameters, double most)
    {
        using IDisposable exact = no_grad();
        using IDisposable scope = NewDisposeScope();
        Tensor[] gradients = [.. parameters.Select(p => p.grad).OfType<Tensor>()];
        if (gradients.Length == 0) return 0;
        double norm = Math.Sqrt(stack([.. gradients.Select(g => g.mul(g).sum(ScalarType.Float64))]).sum().item<double>());
        if (!(norm > most) || !double.IsFinite(norm)) return norm;
        using Scalar factor = Scalars.Create(most / norm);
        foreach (Tensor gradient in gradients) gradient.mul_(factor);
        return norm;
    }

    /// <summary>Forgets the gradients of all weights.</summary>
    public static void Clear(IEnumerable<Tensor> parameters)
    {
        foreach (Tensor parameter in parameters)
        {
            using Tensor? gradient = parameter.grad;
            parameter.grad = null;
        }
    }
}

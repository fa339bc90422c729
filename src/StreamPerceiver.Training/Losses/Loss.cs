using StreamPerceiver.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Training;

/// <summary>Computes the loss of an output.</summary>
public static class Loss
{
    /// <summary>Computes the mean loss of a batch.</summary>
    /// <param name="options">Which loss.</param>
    /// <param name="output">What the model gives: logits or values, (B, K).</param>
    /// <param name="target">Shares of labels, or values, (B, K).</param>
    /// <returns>One number, with a graph for gradients.</returns>
    /// <exception cref="TrainingException">The shapes differ.</exception>
    public static Tensor Of(LossOptions options, Tensor output, Tensor target)
    {
        if (output.dim() != 2 || !output.shape.SequenceEqual(target.shape))
            throw new TrainingException($"the loss has an output of [{string.Join(", ", output.shape)}] and a target of [{string.Join(", ", target.shape)}]");
        return options.Kind switch
        {
            LossKind.CrossEntropy => OfSoftmax(options, output, target, focal: false),
            LossKind.Focal => OfSoftmax(options, output, target, focal: true),
            LossKind.Sigmoid => OfSigmoid(options, output, target),
            LossKind.L1 => output.sub(target).abs().mean(),
            LossKind.Mse => Square(output.sub(target)).mean(),
            _ => OfHuber(output.sub(target).abs()),
        };
    }

    private static Tensor OfSoftmax(LossOptions options, Tensor output, Tensor target, bool focal)
    {
        Tensor smooth = Smoothed(options, target, 1.0 / target.size(1));
        Tensor logs = output.log_softmax(1);                                // (B, K)
        Tensor costs = smooth.mul(logs).neg();
        if (focal)
        {
            using Scalar gamma = Scalars.Create(options.FocalGamma);
            costs = costs.mul(ones_like(logs).sub(logs.exp()).pow(gamma));
        }

        // With weights, the mean is that of the examples' weights, so that rare labels do not make the steps smaller.
        if (options.ClassWeights is not { } weights) return costs.sum(1).mean();
        Tensor factors = tensor([.. weights], device: output.device).unsqueeze(0); // (1, K)
        return costs.mul(factors).sum().div(target.mul(factors).sum());
    }

    private static Tensor OfSigmoid(LossOptions options, Tensor output, Tensor target)
    {
        Tensor smooth = Smoothed(options, target, 0.5);
        // max(x, 0) - x t + log(1 + e^-|x|) does not overflow.
        Tensor costs = output.relu().sub(output.mul(smooth)).add(output.abs().neg().exp().log1p(), Scalars.One);
        if (options.ClassWeights is not { } weights) return costs.mean();
        return costs.mul(tensor([.. weights], device: output.device).unsqueeze(0)).mean();
    }

    private static Tensor OfHuber(Tensor difference)
    {
        using Scalar half = Scalars.Create(0.5);
        Tensor near = difference.clamp(max: Scalars.One);
        return Square(near).mul(half).add(difference.sub(near), Scalars.One).mean();
    }

    private static Tensor Square(Tensor x) => x.mul(x);

    private static Tensor Smoothed(LossOptions options, Tensor target, double centre)
    {
        if (options.LabelSmoothing == 0) return target;
        using Scalar keep = Scalars.Create(1 - options.LabelSmoothing), spread = Scalars.Create(options.LabelSmoothing * centre);
        return target.mul(keep).add(spread, Scalars.One);
    }
}

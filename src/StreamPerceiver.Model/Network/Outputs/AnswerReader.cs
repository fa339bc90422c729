using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// Computes an output from the result of its decoder's attention. Where the head is linear, the MLP's second layer, the shared decoder's last layer and
/// the head are linear too. They are multiplied at load into one matrix, which has only as many rows as the output has numbers.
/// </summary>
internal sealed class AnswerReader
{
    private readonly Decoder _decoder;
    private readonly OutputHead _head;
    private readonly Linear? _direct;
    private readonly Linear? _throughHidden;

    /// <param name="decoder">The output's decoder.</param>
    /// <param name="head">The output's head.</param>
    /// <param name="weights">The weights to which the matrix is added.</param>
    public AnswerReader(Decoder decoder, OutputHead head, WeightScope weights)
    {
        (_decoder, _head) = (decoder, head);
        if (weights.Plan.IsTraining || head.Linear is not { } read || !IsCheaper(decoder, read)) return;
        using IDisposable scope = NewDisposeScope();
        (Tensor last, Tensor bias) = Exact(read);                           // (out, K), (out)
        if (decoder.Final is { } final)
        {
            (Tensor before, Tensor beforeBias) = Exact(final);
            (last, bias) = (last.mm(before), JoinBias(last, beforeBias, bias)); // (out, E)
        }

        (Tensor narrow, Tensor narrowBias) = Exact(decoder.Cross.Narrow);   // (E, w E)
        _throughHidden = Linear.FromComputed(weights.ForOutputs, "read.hidden", last.mm(narrow));
        _direct = Linear.FromComputed(weights.ForOutputs, "read.direct", last, JoinBias(last, narrowBias, bias));
    }

    /// <summary>Computes the head's numbers, (B, n, values), from the attention's result with its residual, (B, n, E).</summary>
    public Tensor ReadAnswers(Tensor h)
    {
        if (_direct is null) return _head.ReadAnswers(_decoder.Answer(h));
        Tensor hidden = _decoder.Cross.Hidden(h);                           // (B, n, w E)
        return _direct.Forward(h).add(_throughHidden!.Forward(hidden), Scalars.One); // (B, n, values)
    }

    // One matrix saves arithmetic unless the output is wide.
    private static bool IsCheaper(Decoder decoder, Linear read)
    {
        (long width, long hidden) = (decoder.Cross.Narrow.Outputs, decoder.Cross.Narrow.Inputs);
        long apart = (width * hidden) + (decoder.Final is { } final ? final.Outputs * width : 0) + (read.Outputs * read.Inputs);
        return read.Outputs * (width + hidden) < apart;
    }

    private static (Tensor Weight, Tensor Bias) Exact(Linear linear) => (linear.Weight.to(ScalarType.Float32), linear.Bias.to(ScalarType.Float32));

    // The bias of two layers joined: the first layer's bias through the last layer, plus the last layer's bias.
    private static Tensor JoinBias(Tensor last, Tensor first, Tensor bias) => last.mm(first.unsqueeze(1)).squeeze(1).add(bias, Scalars.One);
}

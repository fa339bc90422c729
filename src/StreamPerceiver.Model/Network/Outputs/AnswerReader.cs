using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// From what an output's queries attended to, to what its head says. Behind the decoder's inner layer all is linear where the head is: then its
/// second layer, the shared decoder's last one and the head are one matrix, made once, as narrow as the output.
/// </summary>
internal sealed class AnswerReader
{
    private readonly Decoder _decoder;
    private readonly OutputHead _head;
    private readonly Linear? _direct;
    private readonly Linear? _throughHidden;

    /// <param name="decoder">The decoder.</param>
    /// <param name="head">The head.</param>
    /// <param name="weights">Where the matrix is kept.</param>
    public AnswerReader(Decoder decoder, OutputHead head, WeightScope weights)
    {
        (_decoder, _head) = (decoder, head);
        if (head.Linear is not { } read || !Pays(decoder, read)) return;
        using IDisposable scope = NewDisposeScope();
        (Tensor last, Tensor bias) = Exact(read);                           // (out, K), (out)
        if (decoder.Final is { } final)
        {
            (Tensor before, Tensor beforeBias) = Exact(final);
            (last, bias) = (last.mm(before), Applied(last, beforeBias, bias)); // (out, E)
        }

        (Tensor narrow, Tensor narrowBias) = Exact(decoder.Cross.Narrow);   // (E, w E)
        _throughHidden = Linear.FromComputed(weights.ForOutputs, "read.hidden", last.mm(narrow));
        _direct = Linear.FromComputed(weights.ForOutputs, "read.direct", last, Applied(last, narrowBias, bias));
    }

    /// <summary>What the head says, (B, n, values), to what queries attended to, with the queries where they are added, (B, n, E).</summary>
    public Tensor Read(Tensor h)
    {
        if (_direct is null) return _head.Read(_decoder.Answer(h));
        Tensor hidden = _decoder.Cross.Hidden(h);                           // (B, n, w E)
        return _direct.Forward(h).add(_throughHidden!.Forward(hidden), Scalars.One); // (B, n, values)
    }

    private static bool Pays(Decoder decoder, Linear read)
    {
        (long width, long hidden) = (decoder.Cross.Narrow.Outputs, decoder.Cross.Narrow.Inputs);
        long apart = (width * hidden) + (decoder.Final is { } final ? final.Outputs * width : 0) + (read.Outputs * read.Inputs);
        return read.Outputs * (width + hidden) < apart;
    }

    private static (Tensor Weight, Tensor Bias) Exact(Linear linear) => (linear.Weight.to(ScalarType.Float32), linear.Bias.to(ScalarType.Float32));

    // The bias of a layer that comes first, as it arrives behind the last one.
    private static Tensor Applied(Tensor last, Tensor first, Tensor bias) => last.mm(first.unsqueeze(1)).squeeze(1).add(bias, Scalars.One);
}

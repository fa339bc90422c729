using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Reads a decoder's answers: row by row what they say, and once all are there the output's shape.</summary>
internal abstract class OutputHead
{
    /// <summary>The linear layer that reading is; null where it is more than that.</summary>
    public virtual Linear? Linear => null;

    /// <summary>What answers (B, n, K) say, (B, n, values).</summary>
    public abstract Tensor Read(Tensor answers);

    /// <summary>Puts the output, or outputs, of all rows (B, O, values) under their names.</summary>
    public abstract void Finish(string name, Tensor rows, EncodedInputs encoded, Dictionary<string, Tensor> outputs);

    /// <summary>A linear layer, then the shape of the kind of output.</summary>
    public sealed class Values(OutputConfig config, Linear linear) : OutputHead
    {
        public override Linear Linear => linear;

        public override Tensor Read(Tensor answers) => linear.Forward(answers); // (B, n, values)

        public override void Finish(string name, Tensor rows, EncodedInputs encoded, Dictionary<string, Tensor> outputs) => outputs[name] = config switch
        {
            ImageOutput or ValuesOutput => rows,                            // (B, O, values)
            DenseInputOutput dense => Divide(rows, dense.Divisor)
                .reshape([rows.size(0), .. encoded.Asking[dense.Input].Grid.Select(size => (long)size), rows.size(2)]), // (B, grid, channels)
            _ => rows.flatten(1),                                           // (B, labels) or (B, O samples)
        };

        private static Tensor Divide(Tensor rows, int divisor)
        {
            using Scalar number = Scalars.Create(divisor);
            return rows.div(number);
        }
    }

    /// <summary>Logits over ids, by the vectors that embed them and a bias of their own.</summary>
    public sealed class Embedding(Linear logits) : OutputHead
    {
        public override Linear Linear => logits;

        public override Tensor Read(Tensor answers) => logits.Forward(answers); // (B, n, Vocabulary)

        public override void Finish(string name, Tensor rows, EncodedInputs encoded, Dictionary<string, Tensor> outputs) => outputs[name] = rows;
    }

    /// <summary>An embedding of every entity, and one of the mean over those that are there.</summary>
    public sealed class Entities(string input, Linear linear, Linear? pooled) : OutputHead
    {
        public override Tensor Read(Tensor answers) => answers;             // (B, n, E)

        public override void Finish(string name, Tensor rows, EncodedInputs encoded, Dictionary<string, Tensor> outputs)
        {
            Tensor? ignored = encoded.Asking[input].Ignored?.unsqueeze(-1); // (B, M_m, 1)
            Tensor entities = linear.Forward(rows.relu());                  // (B, M_m, channels)
            outputs[name] = ignored is null ? entities : entities.masked_fill(ignored, Scalars.Zero);
            if (pooled is null)
                return;
            Tensor there = ignored is null ? rows : rows.masked_fill(ignored, Scalars.Zero); // (B, M_m, E)
            using Scalar all = Scalars.Create(rows.size(1));
            Tensor count = ignored is null
                ? full([1, 1], all, ScalarType.Float32, rows.device)
                : ignored.logical_not().to(ScalarType.Float32).sum(1).clamp(min: Scalars.One); // (B, 1): of no entity at all, the mean is zero
            outputs[$"{name}.pooled"] = pooled.Forward(there.sum(1).div(count)).relu(); // (B, pooled channels)
        }
    }
}

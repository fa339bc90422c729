using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Turns a decoder's answers into an output: first row by row, then all rows into the output's shape.</summary>
internal abstract class OutputHead
{
    /// <summary>The layer, where <see cref="ReadAnswers"/> is one linear layer; else null.</summary>
    public virtual Linear? Linear => null;

    /// <summary>Turns answers (B, n, K) into the output's numbers, (B, n, values).</summary>
    public abstract Tensor ReadAnswers(Tensor answers);

    /// <summary>Adds the output, or outputs, of all rows (B, O, values) to the dictionary.</summary>
    /// <param name="name">The output.</param>
    /// <param name="rows">All rows.</param>
    /// <param name="isWhole">Whether the rows are those of all tokens, and not of chosen points.</param>
    /// <param name="encoded">The encoded inputs.</param>
    /// <param name="outputs">The dictionary.</param>
    public abstract void Finish(string name, Tensor rows, bool isWhole, EncodedInputs encoded, Dictionary<string, Tensor> outputs);

    /// <summary>A linear layer, then the shape of the output's kind.</summary>
    public sealed class Values(OutputConfig config, Linear linear) : OutputHead
    {
        public override Linear Linear => linear;

        public override Tensor ReadAnswers(Tensor answers) => linear.Forward(answers); // (B, n, values)

        public override void Finish(string name, Tensor rows, bool isWhole, EncodedInputs encoded, Dictionary<string, Tensor> outputs)
            => outputs[name] = config switch
            {
                ImageOutput or ValuesOutput => rows,                        // (B, O, values)
                DenseInputOutput dense when isWhole => Divide(rows, dense.Divisor)
                    .reshape([rows.size(0), .. encoded.QueryInputs[dense.Input].Grid.Select(size => (long)size), rows.size(2)]), // (B, grid, channels)
                DenseInputOutput dense => Divide(rows, dense.Divisor),      // (B, points, channels)
                _ => rows.flatten(1),                                       // (B, labels) or (B, O samples)
            };

        private static Tensor Divide(Tensor rows, int divisor)
        {
            using Scalar number = Scalars.Create(divisor);
            return rows.div(number);
        }
    }

    /// <summary>Logits over ids, from the vectors that embed the ids and a bias.</summary>
    public sealed class Embedding(Linear logits) : OutputHead
    {
        public override Linear Linear => logits;

        public override Tensor ReadAnswers(Tensor answers) => logits.Forward(answers); // (B, n, Vocabulary)

        public override void Finish(string name, Tensor rows, bool isWhole, EncodedInputs encoded, Dictionary<string, Tensor> outputs)
            => outputs[name] = rows;
    }

    /// <summary>An embedding of every entity, and one of the mean over the unmasked entities.</summary>
    public sealed class Entities(string input, Linear linear, Linear? pooled) : OutputHead
    {
        public override Tensor ReadAnswers(Tensor answers) => answers;      // (B, n, E)

        public override void Finish(string name, Tensor rows, bool isWhole, EncodedInputs encoded, Dictionary<string, Tensor> outputs)
        {
            Tensor? ignored = encoded.QueryInputs[input].Ignored?.unsqueeze(-1); // (B, M_m, 1)
            Tensor entities = linear.Forward(rows.relu());                  // (B, M_m, channels)
            outputs[name] = ignored is null ? entities : entities.masked_fill(ignored, Scalars.Zero);
            if (pooled is null)
                return;
            Tensor there = ignored is null ? rows : rows.masked_fill(ignored, Scalars.Zero); // (B, M_m, E)
            using Scalar all = Scalars.Create(rows.size(1));
            Tensor count = ignored is null
                ? full([1, 1], all, ScalarType.Float32, rows.device)
                : ignored.logical_not().to(ScalarType.Float32).sum(1).clamp(min: Scalars.One); // (B, 1): the mean of no entity is zero
            outputs[$"{name}.pooled"] = pooled.Forward(there.sum(1).div(count)).relu(); // (B, pooled channels)
        }
    }
}

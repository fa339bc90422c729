using System.Text.Json.Serialization;

namespace StreamPerceiver.Model;

#pragma warning disable CA1720 // The field's own names.

/// <summary>
/// Number format of a model's products: linear layers, and scores and values of attention. Features, positions, norms, softmax, residuals, sums and
/// outputs are float32 in both formats. The tensor plan also rounds the result of each product.
/// </summary>
public enum Precision
{
    /// <summary>IEEE 754 single precision, 24 bits.</summary>
    Float32,

    /// <summary>
    /// The range of float32 with 8 bits of precision: up to twice as fast on a processor that multiplies bfloat16. Outputs of the official models
    /// differ by at most 2 % with the kernels and 3 % with the tensor plan (root mean square).
    /// </summary>
    [JsonStringEnumMemberName("bfloat16")]
    BFloat16,
}

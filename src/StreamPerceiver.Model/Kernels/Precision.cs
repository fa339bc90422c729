namespace StreamPerceiver.Model;

#pragma warning disable CA1720 // The field's own names.

/// <summary>
/// What a model's products run in: linear layers, and scores and values of attention. What is made of the inputs, positions, norms, softmax, residuals
/// and all sums are float32 in both, and so is what comes out. The tensor plan also rounds what each product gives.
/// </summary>
public enum Precision
{
    /// <summary>IEEE 754 single precision, 24 bits.</summary>
    Float32,

    /// <summary>
    /// The range of float32 with 8 bits: up to twice as fast where the processor multiplies it. Outputs of the official models differ by at most 2 %
    /// with the kernels and 3 % with the tensor plan (root mean square).
    /// </summary>
    BFloat16,
}

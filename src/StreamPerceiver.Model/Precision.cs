namespace StreamPerceiver.Model;

#pragma warning disable CA1720 // The field's own names.

/// <summary>What a model's dense products run in. Inputs, the reading of the tokens, norms, softmax and outputs are float32 in all.</summary>
public enum Precision
{
    /// <summary>IEEE 754 single precision, 24 bits.</summary>
    Float32,

    /// <summary>The range of float32 with 8 bits: twice as fast where the processor multiplies it, and some three decimal digits less.</summary>
    BFloat16,
}

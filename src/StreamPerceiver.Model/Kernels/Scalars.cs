using TorchSharp;

namespace StreamPerceiver.Model;

/// <summary>
/// Numbers for libtorch's operations. TorchSharp hands libtorch the native number alone, so the garbage collector may free it during the operation
/// when nothing else refers to the <see cref="Scalar"/>. Constants are therefore kept here, and any other number is created with <c>using</c>.
/// </summary>
internal static class Scalars
{
    /// <summary>The whole number 0. It becomes a number of the tensor's type.</summary>
    internal static readonly Scalar Zero = Create(0);

    /// <summary>The whole number 1. It becomes a number of the tensor's type.</summary>
    internal static readonly Scalar One = Create(1);

    /// <summary>Not a number.</summary>
    internal static readonly Scalar NaN = Create(double.NaN);

    /// <summary>Minus infinity: a score whose share is zero.</summary>
    internal static readonly Scalar NegativeInfinity = Create(double.NegativeInfinity);

    /// <summary>The natural logarithm of 2. It takes scores from powers of two to powers of e, of which libtorch's softmax is.</summary>
    internal static readonly Scalar LogOfTwo = Create(Math.Log(2));

    /// <summary>Pi, rounded to float32.</summary>
    internal static readonly Scalar Pi = Create((double)MathF.PI);

#pragma warning disable RS0030 // This is the one place that makes scalars: their callers keep them.
    /// <summary>Creates a floating-point number. The caller keeps it until the operation has returned, and disposes it.</summary>
    internal static Scalar Create(double value) => value;

    /// <summary>Creates a whole number. The caller keeps it until the operation has returned, and disposes it.</summary>
    internal static Scalar Create(long value) => value;
#pragma warning restore RS0030
}

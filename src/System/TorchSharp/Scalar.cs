using System.Runtime.InteropServices.Marshalling;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A number of any type. The real package keeps it in native memory; here it is a plain value.</summary>
[NativeMarshalling(typeof(ScalarMarshaller))]
public sealed class Scalar : IDisposable
{
    readonly NativeScalar value;
    bool disposed;

    internal Scalar(NativeScalar value) => this.value = value;

    internal NativeScalar Value => disposed ? throw new InvalidOperationException("Scalar invalid -- empty handle.") : value;

    public ScalarType Type => (ScalarType)Value.Kind;

    public static implicit operator Scalar(byte value) => value.ToScalar();
    public static implicit operator Scalar(sbyte value) => value.ToScalar();
    public static implicit operator Scalar(short value) => value.ToScalar();
    public static implicit operator Scalar(int value) => value.ToScalar();
    public static implicit operator Scalar(long value) => value.ToScalar();
    public static implicit operator Scalar(Half value) => value.ToScalar();
    public static implicit operator Scalar(float value) => value.ToScalar();
    public static implicit operator Scalar(double value) => value.ToScalar();
    public static implicit operator Scalar(bool value) => value.ToScalar();

    public void Dispose() => disposed = true;
}

public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => Whole(value);
    public static Scalar ToScalar(this sbyte value) => Whole(value);
    public static Scalar ToScalar(this short value) => Whole(value);
    public static Scalar ToScalar(this int value) => Whole(value);
    public static Scalar ToScalar(this long value) => Whole(value);
    public static Scalar ToScalar(this Half value) => Real((double)value);
    public static Scalar ToScalar(this float value) => Real(value);
    public static Scalar ToScalar(this double value) => Real(value);
    public static Scalar ToScalar(this bool value) => new(new NativeScalar((long)ScalarType.Bool, value ? 1 : 0, 0));

    public static Half ToHalf(this Scalar value) => (Half)AsReal(value);
    public static float ToSingle(this Scalar value) => (float)AsReal(value);
    public static double ToDouble(this Scalar value) => AsReal(value);
    public static sbyte ToSByte(this Scalar value) => (sbyte)AsWhole(value);
    public static byte ToByte(this Scalar value) => (byte)AsWhole(value);
    public static short ToInt16(this Scalar value) => (short)AsWhole(value);
    public static int ToInt32(this Scalar value) => (int)AsWhole(value);
    public static long ToInt64(this Scalar value) => AsWhole(value);
    public static bool ToBoolean(this Scalar value) => AsReal(value) != 0;

    static Scalar Whole(long value) => new(new NativeScalar((long)ScalarType.Int64, value, 0));

    static Scalar Real(double value) => new(new NativeScalar((long)ScalarType.Float64, 0, value));

    static double AsReal(Scalar scalar) => scalar.Type == ScalarType.Float64 ? scalar.Value.Real : scalar.Value.Integer;

    static long AsWhole(Scalar scalar) => scalar.Type == ScalarType.Float64 ? (long)scalar.Value.Real : scalar.Value.Integer;
}

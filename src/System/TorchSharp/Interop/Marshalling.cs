using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp;

/// <summary>A scalar as the shim reads it: <c>ScalarValue</c> in shim.h.</summary>
[StructLayout(LayoutKind.Sequential)]
readonly record struct NativeScalar(long Kind, long Integer, double Real);

/// <summary>One index of a tensor as the shim reads it: <c>Index</c> in tensors.cpp.</summary>
[StructLayout(LayoutKind.Sequential)]
readonly record struct NativeIndex(long Kind, long Start, long Stop, long Step, nint Tensor);

/// <summary>A C++ bool: one byte.</summary>
readonly struct Flag
{
    readonly byte value;

    Flag(bool on) => value = on ? (byte)1 : (byte)0;

    public static implicit operator Flag(bool on) => new(on);

    public static implicit operator bool(Flag flag) => flag.value != 0;
}

/// <summary>
/// Carries tensors across the native call: an argument's handle is checked, and the tensor stays alive until the call returns;
/// a null result becomes the exception that the shim recorded.
/// </summary>
[CustomMarshaller(typeof(torch.Tensor), MarshalMode.ManagedToUnmanagedIn, typeof(In))]
[CustomMarshaller(typeof(torch.Tensor), MarshalMode.ManagedToUnmanagedOut, typeof(Out))]
static class TensorMarshaller
{
    public ref struct In
    {
        torch.Tensor? tensor;

        public void FromManaged(torch.Tensor? managed) => tensor = managed;

        public readonly nint ToUnmanaged() => tensor is null ? 0 : tensor.Handle;

        public readonly void Free() => GC.KeepAlive(tensor);
    }

    public static class Out
    {
        public static torch.Tensor ConvertToManaged(nint handle)
        {
            if (handle == 0) torch.Check(-1);
            return new torch.Tensor(handle);
        }
    }
}

[CustomMarshaller(typeof(Scalar), MarshalMode.ManagedToUnmanagedIn, typeof(ScalarMarshaller))]
static class ScalarMarshaller
{
    public static NativeScalar ConvertToUnmanaged(Scalar scalar)
    {
        ArgumentNullException.ThrowIfNull(scalar);
        return scalar.Value;
    }
}

[CustomMarshaller(typeof(torch.Generator), MarshalMode.ManagedToUnmanagedIn, typeof(In))]
static class GeneratorMarshaller
{
    public ref struct In
    {
        torch.Generator? generator;

        public void FromManaged(torch.Generator? managed) => generator = managed;

        public readonly nint ToUnmanaged() => generator is null ? 0 : generator.Handle;

        public readonly void Free() => GC.KeepAlive(generator);
    }
}

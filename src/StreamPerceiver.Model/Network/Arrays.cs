using System.Runtime.InteropServices;

using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Copies between arrays and tensors, of float32, bytes and indices.</summary>
internal static class Arrays
{
    public static Tensor ToTensor(ReadOnlySpan<float> values, Device device, params long[] shape) =>
        Copy(MemoryMarshal.AsBytes(values), ScalarType.Float32, device, shape);

    public static Tensor ToTensor(ReadOnlySpan<byte> values, Device device, params long[] shape) =>
        Copy(values, ScalarType.Byte, device, shape);

    public static Tensor ToIndices(int[] indices, Device device) => tensor([.. indices.Select(i => (long)i)], ScalarType.Int64).to(device);

    public static float[] ToFloats(Tensor tensor)
    {
        using Tensor here = tensor.cpu();
        using Tensor rows = here.contiguous();
        return MemoryMarshal.Cast<byte, float>(rows.bytes).ToArray();
    }

    private static Tensor Copy(ReadOnlySpan<byte> bytes, ScalarType type, Device device, long[] shape)
    {
        Tensor tensor = empty(shape, type);
        bytes.CopyTo(tensor.bytes);
        return tensor.to(device, disposeAfter: true);
    }
}

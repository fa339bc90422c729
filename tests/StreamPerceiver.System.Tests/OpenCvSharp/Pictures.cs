using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OpenCvSharp;

namespace StreamPerceiver.System.Tests.Images;

/// <summary>Matrices for the tests, and their bytes.</summary>
static class Pictures
{
    public static Mat Noise(int rows, int cols, MatType type)
    {
        var mat = new Mat(rows, cols, type);
        new Random(7).NextBytes(Bytes(mat));
        return mat;
    }

    /// <summary>Smooth, so that JPEG has little to lose.</summary>
    public static Mat Gradient(int rows, int cols)
    {
        var mat = new Mat(rows, cols, MatType.CV_8UC3);
        Span<byte> bytes = Bytes(mat);
        for (int y = 0; y < rows; y++)
            for (int x = 0; x < cols; x++)
            {
                int at = (y * cols + x) * 3;
                bytes[at] = (byte)(x * 255 / cols);
                bytes[at + 1] = (byte)(y * 255 / rows);
                bytes[at + 2] = 128;
            }

        return mat;
    }

    /// <summary>One row of one channel.</summary>
    public static Mat Row(params byte[] values)
    {
        var mat = new Mat(1, values.Length, MatType.CV_8UC1);
        values.CopyTo(Bytes(mat));
        return mat;
    }

    /// <summary>The matrix's own memory: valid while it lives.</summary>
    public static Span<byte> Bytes(Mat mat)
    {
        mat.IsContinuous().ShouldBeTrue();
        ref byte first = ref Unsafe.AddByteOffset(ref Unsafe.NullRef<byte>(), mat.Data);
        return MemoryMarshal.CreateSpan(ref first, (int)mat.Total() * mat.ElemSize());
    }

    public static byte[] Encoded(Mat mat, string extension)
    {
        Cv2.ImEncode(extension, mat, out byte[] bytes).ShouldBeTrue();
        return bytes;
    }
}

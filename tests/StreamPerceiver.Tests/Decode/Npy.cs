using System.Buffers.Binary;
using System.Text;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Decode;

/// <summary>NumPy's arrays: written by NumPy itself, or assembled in its format.</summary>
internal static class Npy
{
    public const string Type = "application/x-npy";

    /// <summary>A file that NumPy wrote.</summary>
    public static byte[] File(string name) => System.IO.File.ReadAllBytes(RepositoryRoot.Path("tests", "StreamPerceiver.Formats.Tests", "Golden", "npz", name));

    /// <summary>An array of format 1.0.</summary>
    public static byte[] Of(string descr, string shape, byte[] data, bool fortran = false)
    {
        string header = $"{{'descr': '{descr}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': ({shape}), }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. data];
    }

    public static byte[] Floats(string shape, params float[] values) => Of("<f4", shape, [.. values.SelectMany(Bytes)]);

    public static byte[] Doubles(string shape, params double[] values) => Of("<f8", shape, [.. values.SelectMany(Bytes)]);

    public static byte[] Bytes(float value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Bytes(double value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return bytes;
    }
}

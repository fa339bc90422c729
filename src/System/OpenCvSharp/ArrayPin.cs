using System.Runtime.InteropServices;

namespace OpenCvSharp;

/// <summary>Keeps an array where it is for as long as a matrix lies over it.</summary>
internal sealed class ArrayPin(Array data)
{
    GCHandle handle = GCHandle.Alloc(data, GCHandleType.Pinned);

    public nint Address => handle.AddrOfPinnedObject();

    public void Free()
    {
        if (handle.IsAllocated) handle.Free();
    }
}

namespace OpenCvSharp;

/// <summary>Holds a pointer to an object of the C++ side.</summary>
public abstract class DisposableCvObject : DisposableObject, ICvPtrHolder
{
    protected IntPtr ptr;

    protected DisposableCvObject() : this(IntPtr.Zero, true)
    {
    }

    protected DisposableCvObject(IntPtr ptr) : this(ptr, true)
    {
    }

    protected DisposableCvObject(bool isEnabledDispose) : this(IntPtr.Zero, isEnabledDispose)
    {
    }

    protected DisposableCvObject(IntPtr ptr, bool isEnabledDispose) : base(isEnabledDispose) => this.ptr = ptr;

    public IntPtr CvPtr
    {
        get
        {
            ThrowIfDisposed();
            return ptr;
        }
    }

    protected override void DisposeUnmanaged()
    {
        ptr = IntPtr.Zero;
        base.DisposeUnmanaged();
    }
}

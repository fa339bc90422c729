using System.Runtime.InteropServices.Marshalling;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One native at::Tensor, freed by <see cref="Dispose()"/>, by the scope that owns it, or by the finaliser.</summary>
    [NativeMarshalling(typeof(TensorMarshaller))]
    public partial class Tensor : IDisposable
    {
        static long totalCount;
        static long peakCount;
        nint handle;

        internal Tensor(nint handle)
        {
            this.handle = handle;
            peakCount = Math.Max(Interlocked.Increment(ref totalCount), peakCount);
            OwningDisposeScope = DisposeScopeManager.ThreadSingleton.Register(this);
        }

        ~Tensor() => Dispose(false);

        public static long TotalCount => totalCount;

        public static long PeakCount => peakCount;

        public nint Handle => handle != 0 ? handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        public bool IsInvalid => handle == 0;

        public string? name { get; set; }

        public long Dimensions => Native.st_dim(this);

        public long ndim => Dimensions;

        public long NumberOfElements => Native.st_numel(this);

        public long ElementSize => Native.st_element_size(this);

        public ScalarType dtype => (ScalarType)Native.st_dtype(this);

        public Device device
        {
            get
            {
                _ = Handle;
                return new Device(DeviceType.CPU);
            }
        }

        public DeviceType device_type => device.type;

        public bool is_cuda => device.type == DeviceType.CUDA;

        public unsafe long[] shape
        {
            get
            {
                long[] sizes = new long[Dimensions];
                fixed (long* to = sizes) Native.st_sizes(this, to);
                return sizes;
            }
        }

        internal DisposeScope? OwningDisposeScope { get; set; }

        public long dim() => Dimensions;

        public long numel() => NumberOfElements;

        public long element_size() => ElementSize;

        public long[] size() => shape;

        public long size(int dim)
        {
            Check(Native.st_size(this, dim, out long result));
            return result;
        }

        public unsafe long[] stride()
        {
            long[] strides = new long[Dimensions];
            fixed (long* to = strides) Native.st_strides(this, to);
            return strides;
        }

        public bool is_contiguous() => Native.st_is_contiguous(this);

        public bool is_cpu() => device.type == DeviceType.CPU;

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is null)
                other?.Attach(this);
            else
                OwningDisposeScope.MoveToOther(other, this);
            return this;
        }

        public override string ToString() => $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";

        /// <summary>The same shape and the same values.</summary>
        public bool Equals(Tensor target)
        {
            Check(Native.st_same(this, target, out Flag same));
            return same;
        }

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        public override int GetHashCode() => base.GetHashCode();

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        /// <summary>Nothing but the native handle may be touched from the finaliser: the scope may be finalised, and is another thread's.</summary>
        protected virtual void Dispose(bool disposing)
        {
            nint mine = Interlocked.Exchange(ref handle, 0);
            if (mine == 0) return;
            if (disposing)
            {
                DisposeScopeManager.ThreadSingleton.CountDisposed(this);
                OwningDisposeScope?.MarkAsDisposed(this);
            }
            Interlocked.Decrement(ref totalCount);
            Native.st_free(mine);
        }

        /// <summary>Ends an operation in place: throws if it failed, else this same tensor.</summary>
        Tensor Done(int status)
        {
            Check(status);
            return this;
        }

        static Tensor[] Adopt(int count, ReadOnlySpan<nint> handles)
        {
            Check(count);
            Tensor[] tensors = new Tensor[count];
            for (int i = 0; i < count; i++) tensors[i] = new Tensor(handles[i]);
            return tensors;
        }
    }
}

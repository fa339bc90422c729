using System.Runtime.InteropServices.Marshalling;

namespace TorchSharp;

public static partial class torch
{
    [NativeMarshalling(typeof(GeneratorMarshaller))]
    public class Generator : IDisposable
    {
        nint handle;

        internal Generator(nint handle)
        {
            if (handle == 0) Check(-1);
            this.handle = handle;
            device = CPU;
        }

        public Generator(ulong seed = 0, Device? device = null) : this(Native.st_generator_new(seed)) => this.device = InitializeDevice(device);

        ~Generator() => Dispose(false);

        public static Generator Default => new(Native.st_generator_default());

        public nint Handle => handle;

        public Device device { get; private set; }

        public Generator manual_seed(long seed)
        {
            ObjectDisposedException.ThrowIf(handle == 0, this);
            Check(Native.st_generator_seed(this, seed));
            return this;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            nint mine = Interlocked.Exchange(ref handle, 0);
            if (mine != 0) Native.st_generator_free(mine);
        }
    }
}

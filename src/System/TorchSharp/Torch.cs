using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.NewDisposeScope();

    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.ThreadSingleton.CurrentDisposeScope;

    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using DisposeScope scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }

    public static ScalarType get_default_dtype() => ScalarType.Float32;

    public static int get_num_threads() => Native.st_get_num_threads();

    public static void set_num_threads(int num) => Check(Native.st_set_num_threads(num));

    public static Generator manual_seed(long seed) => random.manual_seed(seed);

    /// <summary>Throws what the last failed native call on this thread left, if anything.</summary>
    public static void CheckForErrors()
    {
        nint message = Native.st_take_error();
        if (message != 0) throw new ExternalException(Marshal.PtrToStringUTF8(message));
    }

    internal static void Check(int status)
    {
        if (status >= 0) return;
        CheckForErrors();
        throw new ExternalException("libtorch call failed without a message");
    }

    public static partial class random
    {
        public static Generator manual_seed(long seed) => Generator.Default.manual_seed(seed);
    }

    // ---- gradient modes: each disposes back to what was set before, on the thread that made it
    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    public static bool is_grad_enabled() => Native.st_is_grad_enabled();

    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_inference_mode_enabled() => Native.st_is_inference_mode();

    sealed class GradMode : IDisposable
    {
        readonly bool before = Native.st_is_grad_enabled();

        internal GradMode(bool enabled) => Native.st_set_grad_enabled(enabled);

        public void Dispose() => Native.st_set_grad_enabled(before);
    }

    sealed class InferenceMode(bool mode) : IDisposable
    {
        nint guard = Native.st_inference_mode_enter(mode);

        public void Dispose()
        {
            nint mine = Interlocked.Exchange(ref guard, 0);
            if (mine != 0) Native.st_inference_mode_leave(mine);
        }
    }
}

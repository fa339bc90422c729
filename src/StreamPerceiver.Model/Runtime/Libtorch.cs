using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using StreamPerceiver.Formats;
using TorchSharp;

namespace StreamPerceiver.Model;

/// <summary>Loads libtorch and TorchSharp's library, after the settings that they read only when they are loaded. Everything of this assembly uses them loaded so.</summary>
public static partial class Libtorch
{
    private const string TorchSharpLibrary = "LibTorchSharp";

    // libtorch's own order: what comes later needs what comes before.
    private static readonly string[] Libraries = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    // OpenMP's threads wait for their next task by spinning, by default for milliseconds. The kernels of this assembly and the decoders of a stream need the processor then.
    private const string SpinVariable = "GOMP_SPINCOUNT";
    private const string Spins = "1000";

    private const int MostThreads = 1024;

    // dlopen(3)
    private const int ResolveNow = 2;
    private const int GlobalScope = 0x100;

    private static readonly Lazy<nint> Loaded = new(LoadLibraries);

    /// <summary>Loads both libraries, unless they are loaded. Without this call the first tensor loads them, and the message of a failure is TorchSharp's.</summary>
    /// <exception cref="DllNotFoundException">A library is missing or cannot be loaded. The message has its file and the reason.</exception>
    public static void Load() => _ = Loaded.Value;

    /// <summary>Sets how many threads libtorch's operations and the kernels of this assembly use.</summary>
    /// <param name="threads">1 to 1024.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is outside of that range. In libtorch it would end the process.</exception>
    [SuppressMessage("ApiDesign", "RS0030", Justification = "The number is checked here.")]
    public static void SetThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MostThreads);
        torch.set_num_threads(threads);
    }

    // Before any other code of this assembly runs, and so before it can touch libtorch.
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "libtorch reads what is set here when it is loaded, so there is no later moment.")]
    internal static void Prepare()
    {
        _ = NativeEnvironment.SetDefault(SpinVariable, Spins);

        // It tells MKL what the processor is (native/mkl.cpp), and must be in the global scope before libtorch. Without it all is slower, and as right.
        _ = Open(Path.Combine(AppContext.BaseDirectory, PairProduct.Library), ResolveNow | GlobalScope);
        AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly)!.ResolvingUnmanagedDll += Resolve;
    }

    // Called for a library that the runtime could not load by itself.
    private static nint Resolve(Assembly assembly, string name) => name == TorchSharpLibrary ? Loaded.Value : 0;

    private static nint LoadLibraries()
    {
        string library = NativeFile.Find($"lib{TorchSharpLibrary}.so");
        foreach (string needed in Libraries) _ = NativeFile.Load(Path.Combine(Path.GetDirectoryName(library)!, needed));
        return TorchSharpLibraryFile.Load(library);
    }

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string file, int flags);
}

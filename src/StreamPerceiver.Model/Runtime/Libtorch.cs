using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using StreamPerceiver.Formats;
using TorchSharp;

namespace StreamPerceiver.Model;

/// <summary>Loads libtorch and TorchSharp's native library. Before that it makes the settings that both read only when they are loaded.</summary>
public static partial class Libtorch
{
    private const string TorchSharpLibrary = "LibTorchSharp";

    // Each library needs those before it.
    private static readonly string[] Libraries = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    // OpenMP's threads spin, by default for milliseconds, before they sleep. The kernels and the decoders of a stream need the processor meanwhile.
    private const string SpinVariable = "GOMP_SPINCOUNT";
    private const string Spins = "1000";

    private const int MostThreads = 1024;

    // dlopen(3)
    private const int ResolveNow = 2;
    private const int GlobalScope = 0x100;

    private static readonly Lazy<nint> Loaded = new(LoadLibraries);

    /// <summary>Loads both libraries, if they are not loaded. Without this call the first tensor loads them, and TorchSharp words an error.</summary>
    /// <exception cref="DllNotFoundException">A library is missing or cannot be loaded. The message has the file and the reason.</exception>
    public static void Load() => _ = Loaded.Value;

    /// <summary>Sets how many threads libtorch's operations and the kernels of this assembly use.</summary>
    /// <param name="threads">1 to 1024.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of that range. libtorch would end the process.</exception>
    [SuppressMessage("ApiDesign", "RS0030", Justification = "The number is checked here.")]
    public static void SetThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MostThreads);
        torch.set_num_threads(threads);
    }

    // A module initializer runs before any other code of this assembly, so that no code can load libtorch earlier.
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "libtorch reads these settings when it is loaded, so they cannot be made later.")]
    internal static void Prepare()
    {
        _ = NativeEnvironment.SetDefault(SpinVariable, Spins);

        // The library tells MKL the kind of processor (native/mkl.cpp), and must be in the global scope before libtorch.
        // Without the library, products are slower, and results are equal.
        _ = Open(Path.Combine(AppContext.BaseDirectory, PairProduct.Library), ResolveNow | GlobalScope);
        AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly)!.ResolvingUnmanagedDll += Resolve;
    }

    // The runtime calls this for a library that it could not load.
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

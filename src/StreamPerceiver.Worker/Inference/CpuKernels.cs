using System.Runtime.Intrinsics.X86;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Worker.Inference;

/// <summary>
/// Tells OpenBLAS which of its kernels to take. Debian's 0.3.21 does not know the newest CPUs and falls back to AVX2 there, at half the speed.
/// It reads the variable when it is loaded, so this must run before the first call into libtorch.
/// </summary>
internal static class CpuKernels
{
    private const string Variable = "OPENBLAS_CORETYPE";

    // Some microseconds. OpenMP's threads wait for their next task by spinning, by default for milliseconds, in which the attention kernels and the
    // decoders of the stream could have had the processor.
    private const string SpinVariable = "GOMP_SPINCOUNT";
    private const string Spins = "1000";

    /// <summary>Chooses by what the CPU can do, unless the user has; the core type in force, or null where OpenBLAS decides.</summary>
    public static string? Choose()
    {
        NativeEnvironment.SetDefault(SpinVariable, Spins);
        string? coreType = HasAvx512Bfloat16 ? "Cooperlake" : Avx512F.IsSupported ? "SkylakeX" : null;
        return coreType is null ? null : NativeEnvironment.SetDefault(Variable, coreType);
    }

    // CPUID leaf 7, sub-leaf 1, EAX bit 5 (Intel SDM volume 2A, CPUID); .NET has no property for it.
    private static bool HasAvx512Bfloat16 => Avx512F.IsSupported && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;
}

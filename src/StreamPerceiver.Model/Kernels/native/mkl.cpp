// MKL, which is a part of libtorch_cpu.so, takes its slow kernels on processors that are not Intel's. It asks these two functions of its own what the processor is.
// Loaded into the global scope before libtorch, these take their place. MKL still chooses its kernels by what the processor can do.
#define EXPORT extern "C" __attribute__((visibility("default")))

EXPORT int mkl_serv_intel_cpu() { return 1; }
EXPORT int mkl_serv_intel_cpu_true() { return 1; }

using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Entry points of maths.cpp: reductions and nn.functional.</summary>
static unsafe partial class Native
{
    [LibraryImport(Library)] internal static partial Tensor st_sum(Tensor t, sbyte type);
    [LibraryImport(Library)] internal static partial Tensor st_sum_over(Tensor t, ReadOnlySpan<long> dims, int count, Flag keep, sbyte type);
    [LibraryImport(Library)] internal static partial Tensor st_mean_over(Tensor t, ReadOnlySpan<long> dims, int count, Flag keep, sbyte type);
    [LibraryImport(Library)] internal static partial Tensor st_amax(Tensor t, ReadOnlySpan<long> dims, int count, Flag keep);
    [LibraryImport(Library)] internal static partial Tensor st_amin(Tensor t, ReadOnlySpan<long> dims, int count, Flag keep);
    [LibraryImport(Library)] internal static partial Tensor st_var(Tensor t, Flag unbiased);
    [LibraryImport(Library)] internal static partial Tensor st_std(Tensor t, Flag unbiased);
    [LibraryImport(Library)] internal static partial Tensor st_var_over(Tensor t, ReadOnlySpan<long> dims, int count, Flag unbiased, Flag keep);
    [LibraryImport(Library)] internal static partial Tensor st_std_over(Tensor t, ReadOnlySpan<long> dims, int count, Flag unbiased, Flag keep);
    [LibraryImport(Library)] internal static partial Tensor st_all_over(Tensor t, long dim, Flag keep);
    [LibraryImport(Library)] internal static partial Tensor st_any_over(Tensor t, long dim, Flag keep);
    [LibraryImport(Library)] internal static partial Tensor st_argmax_over(Tensor t, long dim, Flag keep);
    [LibraryImport(Library)] internal static partial Tensor st_argmin_over(Tensor t, long dim, Flag keep);
    [LibraryImport(Library)] internal static partial int st_max_over(Tensor t, long dim, Flag keep, out nint values, out nint indices);
    [LibraryImport(Library)] internal static partial int st_min_over(Tensor t, long dim, Flag keep, out nint values, out nint indices);
    [LibraryImport(Library)] internal static partial int st_topk(Tensor t, long k, long dim, Flag largest, Flag sorted, out nint values, out nint indices);
    [LibraryImport(Library)] internal static partial Tensor st_softmax(Tensor t, long dim, sbyte type);
    [LibraryImport(Library)] internal static partial Tensor st_log_softmax(Tensor t, long dim, sbyte type);
    [LibraryImport(Library)] internal static partial Tensor st_linear(Tensor x, Tensor weight, Tensor? bias);
    [LibraryImport(Library)]
    internal static partial Tensor st_layer_norm(Tensor x, ReadOnlySpan<long> shape, int count, Tensor? weight, Tensor? bias, double eps);
    [LibraryImport(Library)]
    internal static partial Tensor st_batch_norm(Tensor x, Tensor? mean, Tensor? var, Tensor? weight, Tensor? bias, Flag training, double momentum, double eps);
    [LibraryImport(Library)]
    internal static partial Tensor st_conv2d(
        Tensor x, Tensor weight, Tensor? bias, ReadOnlySpan<long> stride, int strides, ReadOnlySpan<long> padding, int paddings, ReadOnlySpan<long> dilation,
        int dilations, long groups);
    [LibraryImport(Library)]
    internal static partial Tensor st_max_pool2d(
        Tensor x, ReadOnlySpan<long> kernel, int kernels, ReadOnlySpan<long> stride, int strides, ReadOnlySpan<long> padding, int paddings,
        ReadOnlySpan<long> dilation, int dilations, Flag ceil_mode);
    [LibraryImport(Library)] internal static partial Tensor st_one_hot(Tensor x, long classes);
    [LibraryImport(Library)] internal static partial Tensor st_attention(Tensor q, Tensor k, Tensor v, Tensor? mask, double dropout, Flag causal);
}

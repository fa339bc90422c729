using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Entry points of tensors.cpp. A tensor result is never null: its marshaller throws; an int is a status or a count, negative on failure.</summary>
static unsafe partial class Native
{
    const string Library = "streamperceiver_torch";

    [LibraryImport(Library)] internal static partial nint st_take_error();
    [LibraryImport(Library)] internal static partial void st_free(nint t);
    [LibraryImport(Library)] internal static partial long st_dim(Tensor t);
    [LibraryImport(Library)] internal static partial long st_numel(Tensor t);
    [LibraryImport(Library)] internal static partial long st_element_size(Tensor t);
    [LibraryImport(Library)] internal static partial sbyte st_dtype(Tensor t);
    [LibraryImport(Library)] internal static partial Flag st_is_contiguous(Tensor t);
    [LibraryImport(Library)] internal static partial void st_sizes(Tensor t, long* to);
    [LibraryImport(Library)] internal static partial void st_strides(Tensor t, long* to);
    [LibraryImport(Library)] internal static partial int st_size(Tensor t, long dim, out long result);
    [LibraryImport(Library)] internal static partial int st_data(Tensor t, out nint result);
    [LibraryImport(Library)] internal static partial int st_item(Tensor t, out NativeScalar result);
    // creation
    [LibraryImport(Library)]
    internal static partial Tensor st_copy_of(void* data, ReadOnlySpan<long> sizes, int count, sbyte from, sbyte to, Flag requires_grad);
    [LibraryImport(Library)]
    internal static partial Tensor st_shared(nint data, ReadOnlySpan<long> sizes, int count, sbyte type, nint owner, delegate* unmanaged<nint, void> release);
    [LibraryImport(Library)] internal static partial Tensor st_empty(ReadOnlySpan<long> sizes, int count, sbyte type, Flag requires_grad);
    [LibraryImport(Library)] internal static partial Tensor st_zeros(ReadOnlySpan<long> sizes, int count, sbyte type, Flag requires_grad);
    [LibraryImport(Library)] internal static partial Tensor st_full(ReadOnlySpan<long> sizes, int count, Scalar value, sbyte type, Flag requires_grad);
    [LibraryImport(Library)] internal static partial Tensor st_arange(Scalar start, Scalar stop, Scalar step, sbyte type, Flag requires_grad);
    [LibraryImport(Library)] internal static partial Tensor st_rand(ReadOnlySpan<long> sizes, int count, Generator? generator, sbyte type, Flag requires_grad);
    [LibraryImport(Library)] internal static partial Tensor st_randn(ReadOnlySpan<long> sizes, int count, Generator? generator, sbyte type, Flag requires_grad);
    [LibraryImport(Library)]
    internal static partial Tensor st_randint(long low, long high, ReadOnlySpan<long> sizes, int count, Generator? generator, sbyte type, Flag requires_grad);
    [LibraryImport(Library)] internal static partial nint st_generator_new(ulong seed);
    [LibraryImport(Library)] internal static partial nint st_generator_default();
    [LibraryImport(Library)] internal static partial int st_generator_seed(Generator generator, long seed);
    [LibraryImport(Library)] internal static partial void st_generator_free(nint generator);
    // shape
    [LibraryImport(Library)] internal static partial Tensor st_reshape(Tensor t, ReadOnlySpan<long> shape, int count);
    [LibraryImport(Library)] internal static partial Tensor st_view(Tensor t, ReadOnlySpan<long> shape, int count);
    [LibraryImport(Library)] internal static partial Tensor st_permute(Tensor t, ReadOnlySpan<long> dims, int count);
    [LibraryImport(Library)] internal static partial Tensor st_repeat(Tensor t, ReadOnlySpan<long> sizes, int count);
    [LibraryImport(Library)] internal static partial Tensor st_flip(Tensor t, ReadOnlySpan<long> dims, int count);
    [LibraryImport(Library)] internal static partial Tensor st_expand(Tensor t, ReadOnlySpan<long> sizes, int count, Flag isImplicit);
    [LibraryImport(Library)] internal static partial Tensor st_transpose(Tensor t, long a, long b);
    [LibraryImport(Library)] internal static partial Tensor st_unsqueeze(Tensor t, long dim);
    [LibraryImport(Library)] internal static partial Tensor st_squeeze(Tensor t);
    [LibraryImport(Library)] internal static partial Tensor st_squeeze_dim(Tensor t, long dim);
    [LibraryImport(Library)] internal static partial Tensor st_flatten(Tensor t, long from, long to);
    [LibraryImport(Library)] internal static partial Tensor st_narrow(Tensor t, long dim, long start, long length);
    [LibraryImport(Library)] internal static partial Tensor st_select(Tensor t, long dim, long index);
    [LibraryImport(Library)] internal static partial Tensor st_slice(Tensor t, long dim, long from, long to, long step);
    [LibraryImport(Library)] internal static partial Tensor st_index_select(Tensor t, long dim, Tensor index);
    [LibraryImport(Library)] internal static partial Tensor st_gather(Tensor t, long dim, Tensor index);
    [LibraryImport(Library)] internal static partial Tensor st_to_type(Tensor t, sbyte type, Flag copy);
    [LibraryImport(Library)] internal static partial Tensor st_to_cpu(Tensor t, Flag copy);
    [LibraryImport(Library)] internal static partial int st_copy_(Tensor t, Tensor from);
    [LibraryImport(Library)] internal static partial int st_chunk(Tensor t, long chunks, long dim, Span<nint> to, int capacity);
    [LibraryImport(Library)] internal static partial int st_split(Tensor t, long size, long dim, Span<nint> to, int capacity);
    [LibraryImport(Library)] internal static partial int st_split_sizes(Tensor t, ReadOnlySpan<long> sizes, int count, long dim, Span<nint> to, int capacity);
    [LibraryImport(Library)] internal static partial int st_unbind(Tensor t, long dim, Span<nint> to, int capacity);
    [LibraryImport(Library)] internal static partial Tensor st_cat(ReadOnlySpan<nint> tensors, int count, long dim);
    [LibraryImport(Library)] internal static partial Tensor st_stack(ReadOnlySpan<nint> tensors, int count, long dim);
    [LibraryImport(Library)] internal static partial Tensor st_index(Tensor t, ReadOnlySpan<NativeIndex> index, int count);
    [LibraryImport(Library)] internal static partial int st_index_put_(Tensor t, ReadOnlySpan<NativeIndex> index, int count, Tensor value);
    // threads and modes
    [LibraryImport(Library)] internal static partial int st_get_num_threads();
    [LibraryImport(Library)] internal static partial int st_set_num_threads(int count);
    [LibraryImport(Library)] internal static partial Flag st_is_grad_enabled();
    [LibraryImport(Library)] internal static partial void st_set_grad_enabled(Flag on);
    [LibraryImport(Library)] internal static partial Flag st_is_inference_mode();
    [LibraryImport(Library)] internal static partial nint st_inference_mode_enter(Flag on);
    [LibraryImport(Library)] internal static partial void st_inference_mode_leave(nint guard);
}

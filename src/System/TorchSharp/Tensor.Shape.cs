namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor reshape(params long[] shape) => Native.st_reshape(this, shape, shape.Length);

        public Tensor view(params long[] shape) => Native.st_view(this, shape, shape.Length);

        public Tensor view_as(Tensor other) => view(other.shape);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Native.st_flatten(this, start_dim, end_dim);

        public Tensor permute(params long[] permutation) => Native.st_permute(this, permutation, permutation.Length);

        public Tensor permute(IEnumerable<long> permutation) => permute(permutation.ToArray());

        public Tensor transpose(long dim0, long dim1) => Native.st_transpose(this, dim0, dim1);

        public Tensor swapdims(long dim0, long dim1) => transpose(dim0, dim1);

        public Tensor swapaxes(long dim0, long dim1) => transpose(dim0, dim1);

        public Tensor t() => Native.st_t(this);

        public Tensor mT => transpose(-2, -1);

        public Tensor flip(params long[] dims) => Native.st_flip(this, dims, dims.Length);

        public Tensor unsqueeze(long dim) => Native.st_unsqueeze(this, dim);

        public Tensor squeeze(long? dim = null) => dim is { } one ? Native.st_squeeze_dim(this, one) : Native.st_squeeze(this);

        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => Native.st_expand(this, sizes, sizes.Length, isImplicit);

        public Tensor expand(long[] sizes, bool isImplicit = false) => expand((ReadOnlySpan<long>)sizes, isImplicit);

        public Tensor expand(params long[] sizes) => expand((ReadOnlySpan<long>)sizes, false);

        public Tensor expand_as(Tensor other) => expand(other.shape);

        public Tensor repeat(params long[] sizes) => Native.st_repeat(this, sizes, sizes.Length);

        public Tensor contiguous() => Native.st_contiguous(this);

        public Tensor clone() => Native.st_clone(this);

        public Tensor detach() => Native.st_detach(this);

        public Tensor alias() => Native.st_alias(this);

        public Tensor narrow(long dim, long start, long length) => Native.st_narrow(this, dim, start, length);

        public Tensor select(long dim, long index) => Native.st_select(this, dim, index);

        public Tensor slice(long dim, long start, long finish, long step)
        {
            if (step < 1) throw new ArgumentException($"step is {step}, but it should always be positive.");
            return Native.st_slice(this, dim, start, finish, step);
        }

        public Tensor index_select(long dim, Tensor index) => Native.st_index_select(this, dim, index);

        public Tensor gather(long dim, Tensor index) => Native.st_gather(this, dim, index);

        public Tensor tril(long diagonal = 0) => Native.st_tril(this, diagonal);

        public Tensor triu(long diagonal = 0) => Native.st_triu(this, diagonal);

        public Tensor copy_(Tensor source, bool nonBlocking = false) => Done(Native.st_copy_(this, source));

        public Tensor[] chunk(long chunks, long dim = 0L)
        {
            nint[] parts = new nint[Math.Max(chunks, 1)];
            return Adopt(Native.st_chunk(this, chunks, dim, parts, parts.Length), parts);
        }

        public Tensor[] split(long size, int dim = 0)
        {
            long whole = this.size(dim);
            nint[] parts = new nint[size > 0 ? Math.Max(1, (whole + size - 1) / size) : 1];
            return Adopt(Native.st_split(this, size, dim, parts, parts.Length), parts);
        }

        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0)
        {
            nint[] parts = new nint[sizes.Length];
            return Adopt(Native.st_split_sizes(this, sizes, sizes.Length, dim, parts, parts.Length), parts);
        }

        public Tensor[] split(long[] sizes, long dim = 0) => split((ReadOnlySpan<long>)sizes, dim);

        public Tensor[] split(params long[] sizes) => split((ReadOnlySpan<long>)sizes, 0);

        public Tensor[] unbind(long dimension = 0L)
        {
            nint[] parts = new nint[size((int)dimension)];
            return Adopt(Native.st_unbind(this, dimension, parts, parts.Length), parts);
        }
    }
}

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor all() => Native.st_all(this);
        public Tensor all(long dim, bool keepdim = false) => Native.st_all_over(this, dim, keepdim);
        public Tensor any() => Native.st_any(this);
        public Tensor any(long dim, bool keepdim = false) => Native.st_any_over(this, dim, keepdim);
        public Tensor argmax() => Native.st_argmax(this);
        public Tensor argmax(long dim, bool keepdim = false) => Native.st_argmax_over(this, dim, keepdim);
        public Tensor argmin() => Native.st_argmin(this);
        public Tensor argmin(long dim, bool keepdim = false) => Native.st_argmin_over(this, dim, keepdim);
        public Tensor max() => Native.st_max(this);
        public Tensor max(Tensor other) => maximum(other);
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false)
        {
            Check(Native.st_max_over(this, dim, keepdim, out nint values, out nint indices));
            return (new Tensor(values), new Tensor(indices));
        }
        public Tensor min() => Native.st_min(this);
        public Tensor min(Tensor other) => minimum(other);
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false)
        {
            Check(Native.st_min_over(this, dim, keepdim, out nint values, out nint indices));
            return (new Tensor(values), new Tensor(indices));
        }
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true)
        {
            Check(Native.st_topk(this, k, dim, largest, sorted, out nint values, out nint indices));
            return (new Tensor(values), new Tensor(indices));
        }
        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => Into(@out, Native.st_amax(this, dims, dims.Length, keepdim));
        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => amax((ReadOnlySpan<long>)dims, keepdim, @out);
        public Tensor amax(params long[] dims) => amax((ReadOnlySpan<long>)dims, false, null);
        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => Into(@out, Native.st_amin(this, dims, dims.Length, keepdim));
        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => amin((ReadOnlySpan<long>)dims, keepdim, @out);
        public Tensor amin(params long[] dims) => amin((ReadOnlySpan<long>)dims, false, null);
        public Tensor mean() => Native.st_mean(this);
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Native.st_mean_over(this, dimensions, dimensions.Length, keepdim, Code(type));
        public Tensor sum(ScalarType? type = null) => Native.st_sum(this, Code(type));
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            Native.st_sum_over(this, dim, dim.Length, keepdim, Code(type));
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => sum((ReadOnlySpan<long>)dim, keepdim, type);
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);
        public Tensor std(bool unbiased = true) => Native.st_std(this, unbiased);
        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed(Native.st_std_over(this, dimensions, dimensions.Length, unbiased, keepdim), type);
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std((ReadOnlySpan<long>)dimensions, unbiased, keepdim, type);
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => std([dim], unbiased, keepdim, type);
        public Tensor var(bool unbiased = true) => Native.st_var(this, unbiased);
        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed(Native.st_var_over(this, dimensions, dimensions.Length, unbiased, keepdim), type);
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var((ReadOnlySpan<long>)dimensions, unbiased, keepdim, type);
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => var([dim], unbiased, keepdim, type);
        static Tensor Into(Tensor? target, Tensor result)
        {
            if (target is null) return result;
            using (result) return target.copy_(result);
        }
        static Tensor Typed(Tensor result, ScalarType? type)
        {
            if (type is null || result.dtype == type) return result;
            using (result) return result.to_type(type.Value);
        }
    }
}

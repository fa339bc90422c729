namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Native.st_eq(this, target);
        public Tensor eq(Scalar target) => Native.st_eq_scalar(this, target);
        public Tensor ne(Tensor target) => Native.st_ne(this, target);
        public Tensor ne(Scalar target) => Native.st_ne_scalar(this, target);
        public Tensor lt(Tensor target) => Native.st_lt(this, target);
        public Tensor lt(Scalar target) => Native.st_lt_scalar(this, target);
        public Tensor le(Tensor target) => Native.st_le(this, target);
        public Tensor le(Scalar target) => Native.st_le_scalar(this, target);
        public Tensor gt(Tensor target) => Native.st_gt(this, target);
        public Tensor gt(Scalar target) => Native.st_gt_scalar(this, target);
        public Tensor ge(Tensor target) => Native.st_ge(this, target);
        public Tensor ge(Scalar target) => Native.st_ge_scalar(this, target);
        public Tensor equal(Tensor target) => eq(target);
        public Tensor logical_and(Tensor other) => Native.st_logical_and(this, other);
        public Tensor logical_or(Tensor other) => Native.st_logical_or(this, other);
        public Tensor logical_not() => Native.st_logical_not(this);
        public Tensor isnan() => Native.st_isnan(this);
        public Tensor isfinite() => Native.st_isfinite(this);
        public Tensor isinf() => Native.st_isinf(this);
        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false)
        {
            Check(Native.st_allclose(this, target, rtol, atol, equal_nan, out Flag close));
            return close;
        }
        public Tensor masked_fill(Tensor mask, Scalar value) => Native.st_masked_fill(this, mask, value);
        public Tensor masked_fill_(Tensor mask, Scalar value) => Done(Native.st_masked_fill_(this, mask, value));
        public Tensor where(Tensor condition, Tensor y)
        {
            if (condition.dtype != ScalarType.Bool) throw new ArgumentException("The condition to 'where' must be a boolean tensor.");
            return Native.st_where(condition, this, y);
        }
        public static Tensor operator ==(Tensor left, Tensor right) => left.eq(right);
        public static Tensor operator ==(Tensor left, Scalar right) => left.eq(right);
        public static Tensor operator ==(Scalar left, Tensor right) => right.eq(left);
        public static Tensor operator !=(Tensor left, Tensor right) => left.ne(right);
        public static Tensor operator !=(Tensor left, Scalar right) => left.ne(right);
        public static Tensor operator !=(Scalar left, Tensor right) => right.ne(left);
        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);
        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);
        public static Tensor operator <(Scalar left, Tensor right) => right.gt(left);
        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);
        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);
        public static Tensor operator <=(Scalar left, Tensor right) => right.ge(left);
        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);
        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);
        public static Tensor operator >(Scalar left, Tensor right) => right.lt(left);
        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);
        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);
        public static Tensor operator >=(Scalar left, Tensor right) => right.le(left);
    }
}

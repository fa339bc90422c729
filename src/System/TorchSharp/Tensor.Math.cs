namespace TorchSharp;

public static partial class torch
{
    public enum RoundingMode
    {
        None,
        trunc,
        floor,
    }

    public partial class Tensor
    {
        public Tensor abs() => Native.st_abs(this);
        public Tensor neg() => Native.st_neg(this);
        public Tensor exp() => Native.st_exp(this);
        public Tensor log() => Native.st_log(this);
        public Tensor sin() => Native.st_sin(this);
        public Tensor cos() => Native.st_cos(this);
        public Tensor tanh() => Native.st_tanh(this);
        public Tensor sqrt() => Native.st_sqrt(this);
        public Tensor rsqrt() => Native.st_rsqrt(this);
        public Tensor reciprocal() => Native.st_reciprocal(this);
        public Tensor erf() => Native.st_erf(this);
        public Tensor sigmoid() => Native.st_sigmoid(this);
        public Tensor relu() => Native.st_relu(this);
        public Tensor gelu() => Native.st_gelu(this);
        public Tensor floor() => Native.st_floor(this);
        public Tensor ceil() => Native.st_ceil(this);
        public Tensor negative() => neg();
        public Tensor square() => pow(2);
        public Tensor exp_() => Done(Native.st_exp_(this));
        public Tensor neg_() => Done(Native.st_neg_(this));
        public Tensor sqrt_() => Done(Native.st_sqrt_(this));
        public Tensor sin_() => Done(Native.st_sin_(this));
        public Tensor cos_() => Done(Native.st_cos_(this));
        public Tensor tanh_() => Done(Native.st_tanh_(this));
        public Tensor sigmoid_() => Done(Native.st_sigmoid_(this));
        public Tensor relu_() => Done(Native.st_relu_(this));
        public Tensor gelu_() => Done(Native.st_gelu_(this));
        public Tensor zero_() => Done(Native.st_zero_(this));
        public Tensor fill_(Scalar value) => Done(Native.st_fill_(this, value));
        public Tensor add(Tensor target) => add(target, 1);
        public Tensor add(Tensor target, Scalar alpha) => Native.st_add(this, target, alpha);
        public Tensor add(Scalar scalar) => add(scalar, 1);
        public Tensor add(Scalar scalar, Scalar alpha) => Native.st_add_scalar(this, scalar, alpha);
        public Tensor add_(Tensor target) => add_(target, 1);
        public Tensor add_(Tensor target, Scalar alpha) => Done(Native.st_add_(this, target, alpha));
        public Tensor add_(Scalar scalar) => add_(scalar, 1);
        public Tensor add_(Scalar scalar, Scalar alpha) => Done(Native.st_add_scalar_(this, scalar, alpha));
        public Tensor sub(Tensor target) => Native.st_sub(this, target);
        public Tensor sub(Scalar target) => Native.st_sub_scalar(this, target);
        public Tensor sub_(Tensor target) => Done(Native.st_sub_(this, target));
        public Tensor sub_(Scalar target) => Done(Native.st_sub_scalar_(this, target));
        public Tensor mul(Tensor target) => Native.st_mul(this, target);
        public Tensor mul(Scalar target) => Native.st_mul_scalar(this, target);
        public Tensor mul_(Tensor target) => Done(Native.st_mul_(this, target));
        public Tensor mul_(Scalar target) => Done(Native.st_mul_scalar_(this, target));
        public Tensor pow(Tensor exponent) => Native.st_pow(this, exponent);
        public Tensor pow(Scalar exponent) => Native.st_pow_scalar(this, exponent);
        public Tensor pow_(Tensor exponent) => Done(Native.st_pow_(this, exponent));
        public Tensor pow_(Scalar exponent) => Done(Native.st_pow_scalar_(this, exponent));
        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Native.st_div(this, target, (int)rounding_mode);
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Native.st_div_scalar(this, target, (int)rounding_mode);
        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Done(Native.st_div_(this, target, (int)rounding_mode));
        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Done(Native.st_div_scalar_(this, target, (int)rounding_mode));
        public Tensor matmul(Tensor target) => Native.st_matmul(this, target);
        public Tensor mm(Tensor target) => Native.st_mm(this, target);
        public Tensor bmm(Tensor batch2) => Native.st_bmm(this, batch2);
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => Native.st_addmm(this, mat1, mat2, beta, alpha);
        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => Native.st_baddbmm(this, batch1, batch2, beta, alpha);
        public Tensor maximum(Tensor other) => Native.st_maximum(this, other);
        public Tensor minimum(Tensor other) => Native.st_minimum(this, other);
        public unsafe Tensor clamp(Scalar? min = null, Scalar? max = null)
        {
            NativeScalar low = min?.Value ?? default, high = max?.Value ?? default;
            return Native.st_clamp(this, min is null ? null : &low, max is null ? null : &high);
        }
        public Tensor cumsum(long dim, ScalarType? type = null) => Native.st_cumsum(this, dim, Code(type));
        public Tensor softmax(long dim, ScalarType? dtype = null) => Native.st_softmax(this, dim, Code(dtype));
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Native.st_log_softmax(this, dim, Code(dtype));
    }
}

// Arithmetic, comparison, reductions and the functions of torch.nn.functional.
#include "shim.h"
#include <cmath>
#include <limits>

#define UNARY(name) \
    EXPORT Handle st_##name(Handle t) { return tensor_of([&] { return t->name(); }); }
UNARY(abs) UNARY(neg) UNARY(exp) UNARY(log) UNARY(sin) UNARY(cos) UNARY(tanh) UNARY(sqrt) UNARY(rsqrt) UNARY(reciprocal)
UNARY(erf) UNARY(sigmoid) UNARY(relu) UNARY(floor) UNARY(ceil)
UNARY(isnan) UNARY(isfinite) UNARY(isinf) UNARY(logical_not)
UNARY(clone) UNARY(detach) UNARY(contiguous) UNARY(t) UNARY(alias)
UNARY(all) UNARY(any) UNARY(max) UNARY(min) UNARY(argmax) UNARY(argmin) UNARY(mean)
EXPORT Handle st_gelu(Handle t) { return tensor_of([&] { return at::gelu(*t); }); }

#define UNARY_IN_PLACE(name) \
    EXPORT int st_##name(Handle t) { return status_of([&] { t->name(); }); }
UNARY_IN_PLACE(zero_) UNARY_IN_PLACE(relu_) UNARY_IN_PLACE(exp_) UNARY_IN_PLACE(neg_) UNARY_IN_PLACE(sqrt_)
UNARY_IN_PLACE(sin_) UNARY_IN_PLACE(cos_) UNARY_IN_PLACE(sigmoid_) UNARY_IN_PLACE(tanh_)
EXPORT int st_gelu_(Handle t) { return status_of([&] { at::gelu_(*t); }); }
EXPORT int st_fill_(Handle t, ScalarValue v) { return status_of([&] { t->fill_(v.get()); }); }

#define BINARY(name) \
    EXPORT Handle st_##name(Handle a, Handle b) { return tensor_of([&] { return a->name(*b); }); }
#define BINARY_SCALAR(name) \
    EXPORT Handle st_##name##_scalar(Handle a, ScalarValue b) { return tensor_of([&] { return a->name(b.get()); }); }
#define BINARY_IN_PLACE(name) \
    EXPORT int st_##name##_(Handle a, Handle b) { return status_of([&] { a->name##_(*b); }); } \
    EXPORT int st_##name##_scalar_(Handle a, ScalarValue b) { return status_of([&] { a->name##_(b.get()); }); }
BINARY(sub) BINARY(mul) BINARY(matmul) BINARY(mm) BINARY(bmm) BINARY(pow) BINARY(maximum) BINARY(minimum)
BINARY(eq) BINARY(ne) BINARY(lt) BINARY(le) BINARY(gt) BINARY(ge) BINARY(logical_and) BINARY(logical_or)
BINARY_SCALAR(sub) BINARY_SCALAR(mul) BINARY_SCALAR(pow)
BINARY_SCALAR(eq) BINARY_SCALAR(ne) BINARY_SCALAR(lt) BINARY_SCALAR(le) BINARY_SCALAR(gt) BINARY_SCALAR(ge)
BINARY_IN_PLACE(sub) BINARY_IN_PLACE(mul) BINARY_IN_PLACE(pow)

EXPORT Handle st_add(Handle a, Handle b, ScalarValue alpha) { return tensor_of([&] { return a->add(*b, alpha.get()); }); }
EXPORT Handle st_add_scalar(Handle a, ScalarValue b, ScalarValue alpha) { return tensor_of([&] { return a->add(b.get(), alpha.get()); }); }
EXPORT int st_add_(Handle a, Handle b, ScalarValue alpha) { return status_of([&] { a->add_(*b, alpha.get()); }); }
EXPORT int st_add_scalar_(Handle a, ScalarValue b, ScalarValue alpha) { return status_of([&] { a->add_(b.get(), alpha.get()); }); }

// Rounding as in torch.RoundingMode: 0 none, 1 towards zero, 2 down.
static c10::optional<c10::string_view> rounding(int mode) {
    if (mode == 0) return c10::nullopt;
    return mode == 1 ? c10::string_view("trunc") : c10::string_view("floor");
}
EXPORT Handle st_div(Handle a, Handle b, int mode) { return tensor_of([&] { return a->div(*b, rounding(mode)); }); }
EXPORT Handle st_div_scalar(Handle a, ScalarValue b, int mode) { return tensor_of([&] { return a->div(b.get(), rounding(mode)); }); }
EXPORT int st_div_(Handle a, Handle b, int mode) { return status_of([&] { a->div_(*b, rounding(mode)); }); }
EXPORT int st_div_scalar_(Handle a, ScalarValue b, int mode) { return status_of([&] { a->div_(b.get(), rounding(mode)); }); }

EXPORT Handle st_addmm(Handle t, Handle a, Handle b, float beta, float alpha) { return tensor_of([&] { return t->addmm(*a, *b, beta, alpha); }); }
EXPORT Handle st_baddbmm(Handle t, Handle a, Handle b, float beta, float alpha) { return tensor_of([&] { return t->baddbmm(*a, *b, beta, alpha); }); }
EXPORT Handle st_where(Handle condition, Handle a, Handle b) { return tensor_of([&] { return at::where(*condition, *a, *b); }); }
EXPORT Handle st_masked_fill(Handle t, Handle mask, ScalarValue v) { return tensor_of([&] { return t->masked_fill(*mask, v.get()); }); }
EXPORT int st_masked_fill_(Handle t, Handle mask, ScalarValue v) { return status_of([&] { t->masked_fill_(*mask, v.get()); }); }
EXPORT Handle st_clamp(Handle t, const ScalarValue *low, const ScalarValue *high) {
    return tensor_of([&] {
        return t->clamp(low ? c10::optional<at::Scalar>(low->get()) : c10::nullopt, high ? c10::optional<at::Scalar>(high->get()) : c10::nullopt);
    });
}
EXPORT Handle st_tril(Handle t, int64_t diagonal) { return tensor_of([&] { return t->tril(diagonal); }); }
EXPORT Handle st_triu(Handle t, int64_t diagonal) { return tensor_of([&] { return t->triu(diagonal); }); }
EXPORT Handle st_cumsum(Handle t, int64_t dim, int8_t type) { return tensor_of([&] { return t->cumsum(dim, type_or_none(type)); }); }
EXPORT int st_allclose(Handle a, Handle b, double rtol, double atol, bool equal_nan, bool *result) {
    return status_of([&] { *result = at::allclose(*a, *b, rtol, atol, equal_nan); });
}
EXPORT int st_same(Handle a, Handle b, bool *result) { return status_of([&] { *result = a->equal(*b); }); }

// ---- reductions
EXPORT Handle st_sum(Handle t, int8_t type) { return tensor_of([&] { return t->sum(type_or_none(type)); }); }
#define OVER_DIMS_TYPED(name) \
    EXPORT Handle st_##name##_over(Handle t, const int64_t *dims, int n, bool keep, int8_t type) { \
        return tensor_of([&] { return t->name(list(dims, n), keep, type_or_none(type)); }); \
    }
OVER_DIMS_TYPED(sum) OVER_DIMS_TYPED(mean)
EXPORT Handle st_amax(Handle t, const int64_t *dims, int n, bool keep) { return tensor_of([&] { return t->amax(list(dims, n), keep); }); }
EXPORT Handle st_amin(Handle t, const int64_t *dims, int n, bool keep) { return tensor_of([&] { return t->amin(list(dims, n), keep); }); }
EXPORT Handle st_var(Handle t, bool unbiased) { return tensor_of([&] { return t->var(unbiased); }); }
EXPORT Handle st_std(Handle t, bool unbiased) { return tensor_of([&] { return t->std(unbiased); }); }
EXPORT Handle st_var_over(Handle t, const int64_t *dims, int n, bool unbiased, bool keep) {
    return tensor_of([&] { return t->var(list(dims, n), unbiased, keep); });
}
EXPORT Handle st_std_over(Handle t, const int64_t *dims, int n, bool unbiased, bool keep) {
    return tensor_of([&] { return t->std(list(dims, n), unbiased, keep); });
}
EXPORT Handle st_all_over(Handle t, int64_t dim, bool keep) { return tensor_of([&] { return t->all(dim, keep); }); }
EXPORT Handle st_any_over(Handle t, int64_t dim, bool keep) { return tensor_of([&] { return t->any(dim, keep); }); }
EXPORT Handle st_argmax_over(Handle t, int64_t dim, bool keep) { return tensor_of([&] { return t->argmax(dim, keep); }); }
EXPORT Handle st_argmin_over(Handle t, int64_t dim, bool keep) { return tensor_of([&] { return t->argmin(dim, keep); }); }

static int two(std::tuple<at::Tensor, at::Tensor> results, Handle *first, Handle *second) {
    *first = new at::Tensor(std::get<0>(results));
    *second = new at::Tensor(std::get<1>(results));
    return 0;
}
EXPORT int st_max_over(Handle t, int64_t dim, bool keep, Handle *values, Handle *indices) {
    return guarded([&] { return two(t->max(dim, keep), values, indices); }, -1);
}
EXPORT int st_min_over(Handle t, int64_t dim, bool keep, Handle *values, Handle *indices) {
    return guarded([&] { return two(t->min(dim, keep), values, indices); }, -1);
}
EXPORT int st_topk(Handle t, int64_t k, int64_t dim, bool largest, bool sorted, Handle *values, Handle *indices) {
    return guarded([&] { return two(t->topk(k, dim, largest, sorted), values, indices); }, -1);
}

// ---- nn.functional
EXPORT Handle st_softmax(Handle t, int64_t dim, int8_t type) { return tensor_of([&] { return at::softmax(*t, dim, type_or_none(type)); }); }
EXPORT Handle st_log_softmax(Handle t, int64_t dim, int8_t type) { return tensor_of([&] { return at::log_softmax(*t, dim, type_or_none(type)); }); }
EXPORT Handle st_linear(Handle x, Handle w, Handle b) { return tensor_of([&] { return at::linear(*x, *w, tensor_or_none(b)); }); }
EXPORT Handle st_layer_norm(Handle x, const int64_t *shape, int n, Handle w, Handle b, double eps) {
    return tensor_of([&] { return at::layer_norm(*x, list(shape, n), tensor_or_none(w), tensor_or_none(b), eps); });
}
EXPORT Handle st_batch_norm(Handle x, Handle mean, Handle var, Handle w, Handle b, bool training, double momentum, double eps) {
    return tensor_of([&] {
        return at::batch_norm(*x, tensor_or_none(w), tensor_or_none(b), tensor_or_none(mean), tensor_or_none(var), training, momentum, eps, false);
    });
}
EXPORT Handle st_conv2d(Handle x, Handle w, Handle b, const int64_t *stride, int strides, const int64_t *padding, int paddings,
                        const int64_t *dilation, int dilations, int64_t groups) {
    return tensor_of([&] {
        return at::conv2d(*x, *w, tensor_or_none(b), list(stride, strides), list(padding, paddings), list(dilation, dilations), groups);
    });
}
EXPORT Handle st_max_pool2d(Handle x, const int64_t *kernel, int kernels, const int64_t *stride, int strides, const int64_t *padding, int paddings,
                            const int64_t *dilation, int dilations, bool ceil_mode) {
    return tensor_of([&] {
        return at::max_pool2d(*x, list(kernel, kernels), list(stride, strides), list(padding, paddings), list(dilation, dilations), ceil_mode);
    });
}
EXPORT Handle st_one_hot(Handle x, int64_t classes) { return tensor_of([&] { return at::one_hot(*x, classes); }); }

// libtorch 1.13 has no kernel for this: softmax(q k' / sqrt(E) + mask) v, where a row that the mask leaves empty gives zeros, as in libtorch 2.10.
EXPORT Handle st_attention(Handle q, Handle k, Handle v, Handle mask, double dropout, bool causal) {
    return tensor_of([&] {
        const double none = -std::numeric_limits<double>::infinity();
        at::Tensor scores = at::matmul(q->mul(1.0 / std::sqrt((double)q->size(-1))), k->transpose(-2, -1));
        if (causal) {
            at::Tensor seen = at::ones({q->size(-2), k->size(-2)}, at::kBool).tril();
            scores = scores.masked_fill(seen.logical_not(), none);
        }
        at::Tensor weights;
        if (mask) {
            scores = mask->scalar_type() == at::kBool ? scores.masked_fill(mask->logical_not(), none) : scores.add(*mask);
            weights = at::softmax(scores, -1).masked_fill(scores.eq(none).all(-1, true), 0.0);
        } else {
            weights = at::softmax(scores, -1);
        }
        if (dropout > 0) weights = at::dropout(weights, dropout, true);
        return at::matmul(weights, *v);
    });
}

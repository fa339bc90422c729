// Life, data and shape of tensors; random numbers, threads and modes.
#include "shim.h"
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIndexing.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>

static thread_local std::string last_error;
static thread_local bool has_error = false;

void keep_error(const char *message) noexcept {
    try {
        last_error = message;
    } catch (...) {
        last_error.clear();
    }
    has_error = true;
}

EXPORT const char *st_take_error() {
    if (!has_error) return nullptr;
    has_error = false;
    return last_error.c_str();
}

// ---- life and properties: none of these can fail on a live handle, except where a status is returned
EXPORT void st_free(Handle t) { delete t; }
EXPORT int64_t st_dim(Handle t) { return t->dim(); }
EXPORT int64_t st_numel(Handle t) { return t->numel(); }
EXPORT int64_t st_element_size(Handle t) { return (int64_t)t->element_size(); }
EXPORT int8_t st_dtype(Handle t) { return (int8_t)t->scalar_type(); }
EXPORT bool st_is_contiguous(Handle t) { return t->is_contiguous(); }
EXPORT bool st_requires_grad(Handle t) { return t->requires_grad(); }
EXPORT void st_sizes(Handle t, int64_t *to) { std::copy(t->sizes().begin(), t->sizes().end(), to); }
EXPORT void st_strides(Handle t, int64_t *to) { std::copy(t->strides().begin(), t->strides().end(), to); }
EXPORT int st_size(Handle t, int64_t dim, int64_t *result) { return status_of([&] { *result = t->size(dim); }); }
EXPORT int st_data(Handle t, void **result) { return status_of([&] { *result = t->data_ptr(); }); }
EXPORT int st_item(Handle t, ScalarValue *result) {
    return status_of([&] {
        at::Scalar s = t->item();
        result->kind = (int64_t)s.type();
        if (s.isIntegral(true)) result->integer = s.to<int64_t>();
        else result->real = s.to<double>();
    });
}

// ---- creation
static at::Tensor finish(at::Tensor t, bool requires_grad) {
    if (requires_grad) t.set_requires_grad(true);
    return t;
}

EXPORT Handle st_copy_of(const void *data, const int64_t *sizes, int count, int8_t from, int8_t to, bool requires_grad) {
    return tensor_of([&] {
        at::Tensor view = at::from_blob(const_cast<void *>(data), list(sizes, count), at::TensorOptions((at::ScalarType)from));
        return finish(view.to((at::ScalarType)to, false, true), requires_grad);
    });
}
EXPORT Handle st_shared(void *data, const int64_t *sizes, int count, int8_t type, void *owner, void (*release)(void *)) {
    return tensor_of([&] {
        return at::from_blob(data, list(sizes, count), [owner, release](void *) { release(owner); }, at::TensorOptions((at::ScalarType)type));
    });
}
EXPORT Handle st_empty(const int64_t *sizes, int count, int8_t type, bool requires_grad) {
    return tensor_of([&] { return finish(at::empty(list(sizes, count), (at::ScalarType)type), requires_grad); });
}
EXPORT Handle st_zeros(const int64_t *sizes, int count, int8_t type, bool requires_grad) {
    return tensor_of([&] { return finish(at::zeros(list(sizes, count), (at::ScalarType)type), requires_grad); });
}
EXPORT Handle st_full(const int64_t *sizes, int count, ScalarValue value, int8_t type, bool requires_grad) {
    return tensor_of([&] { return finish(at::full(list(sizes, count), value.get(), (at::ScalarType)type), requires_grad); });
}
EXPORT Handle st_arange(ScalarValue start, ScalarValue stop, ScalarValue step, int8_t type, bool requires_grad) {
    return tensor_of([&] { return finish(at::arange(start.get(), stop.get(), step.get(), (at::ScalarType)type), requires_grad); });
}
static c10::optional<at::Generator> generator_or_none(at::Generator *g) { return g ? c10::optional<at::Generator>(*g) : c10::nullopt; }
EXPORT Handle st_rand(const int64_t *sizes, int count, at::Generator *g, int8_t type, bool requires_grad) {
    return tensor_of([&] { return finish(at::rand(list(sizes, count), generator_or_none(g), at::TensorOptions((at::ScalarType)type)), requires_grad); });
}
EXPORT Handle st_randn(const int64_t *sizes, int count, at::Generator *g, int8_t type, bool requires_grad) {
    return tensor_of([&] { return finish(at::randn(list(sizes, count), generator_or_none(g), at::TensorOptions((at::ScalarType)type)), requires_grad); });
}
EXPORT Handle st_randint(int64_t low, int64_t high, const int64_t *sizes, int count, at::Generator *g, int8_t type, bool requires_grad) {
    return tensor_of([&] {
        return finish(at::randint(low, high, list(sizes, count), generator_or_none(g), at::TensorOptions((at::ScalarType)type)), requires_grad);
    });
}
EXPORT at::Generator *st_generator_new(uint64_t seed) {
    return guarded([&]() -> at::Generator * { return new at::Generator(at::detail::createCPUGenerator(seed)); }, nullptr);
}
EXPORT at::Generator *st_generator_default() {
    return guarded([&]() -> at::Generator * { return new at::Generator(at::detail::getDefaultCPUGenerator()); }, nullptr);
}
EXPORT int st_generator_seed(at::Generator *g, int64_t seed) {
    return status_of([&] {
        std::lock_guard<std::mutex> lock(g->mutex());
        g->set_current_seed((uint64_t)seed);
    });
}
EXPORT void st_generator_free(at::Generator *g) { delete g; }

// ---- shape
#define SHAPE(name) \
    EXPORT Handle st_##name(Handle t, const int64_t *v, int n) { return tensor_of([&] { return t->name(list(v, n)); }); }
SHAPE(reshape) SHAPE(view) SHAPE(permute) SHAPE(repeat) SHAPE(flip)
EXPORT Handle st_expand(Handle t, const int64_t *v, int n, bool implicit) { return tensor_of([&] { return t->expand(list(v, n), implicit); }); }
EXPORT Handle st_transpose(Handle t, int64_t a, int64_t b) { return tensor_of([&] { return t->transpose(a, b); }); }
EXPORT Handle st_unsqueeze(Handle t, int64_t dim) { return tensor_of([&] { return t->unsqueeze(dim); }); }
EXPORT Handle st_squeeze(Handle t) { return tensor_of([&] { return t->squeeze(); }); }
EXPORT Handle st_squeeze_dim(Handle t, int64_t dim) { return tensor_of([&] { return t->squeeze(dim); }); }
EXPORT Handle st_flatten(Handle t, int64_t from, int64_t to) { return tensor_of([&] { return t->flatten(from, to); }); }
EXPORT Handle st_narrow(Handle t, int64_t dim, int64_t start, int64_t length) { return tensor_of([&] { return t->narrow(dim, start, length); }); }
EXPORT Handle st_select(Handle t, int64_t dim, int64_t index) { return tensor_of([&] { return t->select(dim, index); }); }
EXPORT Handle st_slice(Handle t, int64_t dim, int64_t from, int64_t to, int64_t step) {
    return tensor_of([&] { return t->slice(dim, from, to, step); });
}
EXPORT Handle st_index_select(Handle t, int64_t dim, Handle index) { return tensor_of([&] { return t->index_select(dim, *index); }); }
EXPORT Handle st_gather(Handle t, int64_t dim, Handle index) { return tensor_of([&] { return t->gather(dim, *index); }); }
EXPORT Handle st_to_type(Handle t, int8_t type, bool copy) { return tensor_of([&] { return t->to((at::ScalarType)type, false, copy); }); }
EXPORT Handle st_to_cpu(Handle t, bool copy) { return tensor_of([&] { return t->to(at::kCPU, t->scalar_type(), false, copy); }); }
EXPORT int st_copy_(Handle t, Handle from) { return status_of([&] { t->copy_(*from); }); }

static int give(const std::vector<at::Tensor> &parts, Handle *to, int capacity) {
    TORCH_CHECK((int)parts.size() <= capacity, "more parts than expected: ", parts.size(), " > ", capacity);
    for (size_t i = 0; i < parts.size(); i++) to[i] = new at::Tensor(parts[i]);
    return (int)parts.size();
}
EXPORT int st_chunk(Handle t, int64_t chunks, int64_t dim, Handle *to, int capacity) {
    return guarded([&] { return give(t->chunk(chunks, dim), to, capacity); }, -1);
}
EXPORT int st_split(Handle t, int64_t size, int64_t dim, Handle *to, int capacity) {
    return guarded([&] { return give(t->split(size, dim), to, capacity); }, -1);
}
EXPORT int st_split_sizes(Handle t, const int64_t *sizes, int n, int64_t dim, Handle *to, int capacity) {
    return guarded([&] { return give(t->split_with_sizes(list(sizes, n), dim), to, capacity); }, -1);
}
EXPORT int st_unbind(Handle t, int64_t dim, Handle *to, int capacity) {
    return guarded([&] { return give(t->unbind(dim), to, capacity); }, -1);
}
static std::vector<at::Tensor> all_of(Handle *tensors, int n) {
    std::vector<at::Tensor> result;
    for (int i = 0; i < n; i++) result.push_back(*tensors[i]);
    return result;
}
EXPORT Handle st_cat(Handle *tensors, int n, int64_t dim) { return tensor_of([&] { return at::cat(all_of(tensors, n), dim); }); }
EXPORT Handle st_stack(Handle *tensors, int n, int64_t dim) { return tensor_of([&] { return at::stack(all_of(tensors, n), dim); }); }

// ---- indexing; the layout of TorchSharp.NativeIndex, kinds as in torch.TensorIndex.Kind
struct Index {
    int64_t kind, start, stop, step;
    Handle tensor;
};
static c10::optional<int64_t> bound(int64_t v) { return v == INT64_MIN ? c10::nullopt : c10::optional<int64_t>(v); }
static std::vector<at::indexing::TensorIndex> indices(const Index *index, int n) {
    std::vector<at::indexing::TensorIndex> result;
    for (const Index *i = index; i < index + n; i++) {
        if (i->kind == 0) result.emplace_back(at::indexing::None);
        else if (i->kind == 1) result.emplace_back(i->start);
        else if (i->kind == 3) result.emplace_back(at::indexing::Ellipsis);
        else if (i->kind == 4) result.emplace_back(i->start != 0);
        else if (i->kind == 5) result.emplace_back(*i->tensor);
        else result.emplace_back(at::indexing::Slice(bound(i->start), bound(i->stop), bound(i->step)));
    }
    return result;
}
EXPORT Handle st_index(Handle t, const Index *index, int n) { return tensor_of([&] { return t->index(indices(index, n)); }); }
EXPORT int st_index_put_(Handle t, const Index *index, int n, Handle value) {
    return status_of([&] { t->index_put_(indices(index, n), *value); });
}

// ---- threads and modes
EXPORT int st_get_num_threads() { return at::get_num_threads(); }
EXPORT int st_set_num_threads(int n) { return status_of([&] { at::set_num_threads(n); }); }
EXPORT bool st_is_grad_enabled() { return c10::GradMode::is_enabled(); }
EXPORT void st_set_grad_enabled(bool on) { c10::GradMode::set_enabled(on); }
EXPORT bool st_is_inference_mode() { return c10::InferenceMode::is_enabled(); }
EXPORT c10::InferenceMode *st_inference_mode_enter(bool on) { return new c10::InferenceMode(on); }
EXPORT void st_inference_mode_leave(c10::InferenceMode *guard) { delete guard; }

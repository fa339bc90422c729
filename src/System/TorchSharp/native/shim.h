// What both files of the shim share: no C++ exception may cross into .NET. A call that fails returns null (or -1) and leaves its
// message in a thread-local string, which the managed side fetches with st_take_error.
#pragma once
#include <ATen/ATen.h>
#include <string>

#define EXPORT extern "C" __attribute__((visibility("default")))

using Handle = at::Tensor *;

// The layout of TorchSharp.NativeScalar.
struct ScalarValue {
    int64_t kind;
    int64_t integer;
    double real;
    at::Scalar get() const {
        if (kind == (int64_t)at::ScalarType::Bool) return at::Scalar(integer != 0);
        if (kind == (int64_t)at::ScalarType::Long) return at::Scalar(integer);
        return at::Scalar(real);
    }
};

void keep_error(const char *message) noexcept;

template <class F> auto guarded(F f, decltype(f()) failed) noexcept -> decltype(f()) {
    try {
        return f();
    } catch (const c10::Error &e) {
        keep_error(e.what_without_backtrace());
    } catch (const std::exception &e) {
        keep_error(e.what());
    } catch (...) {
        keep_error("unknown C++ exception");
    }
    return failed;
}

// A new handle to what f computes; null when it throws.
template <class F> Handle tensor_of(F f) noexcept {
    return guarded([&]() -> Handle { return new at::Tensor(f()); }, nullptr);
}

// 0, or -1 when f throws.
template <class F> int status_of(F f) noexcept {
    return guarded([&]() -> int { f(); return 0; }, -1);
}

inline at::IntArrayRef list(const int64_t *values, int count) { return at::IntArrayRef(values, (size_t)count); }

// The managed side sends -1 for "no type given".
inline c10::optional<at::ScalarType> type_or_none(int8_t type) {
    return type < 0 ? c10::nullopt : c10::optional<at::ScalarType>((at::ScalarType)type);
}

inline c10::optional<at::Tensor> tensor_or_none(Handle t) { return t ? c10::optional<at::Tensor>(*t) : c10::nullopt; }

inline at::Tensor tensor_or_empty(Handle t) { return t ? *t : at::Tensor(); }

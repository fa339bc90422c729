// Products of bfloat16 numbers that are summed up in float32: what PanelProduct.cs does, by vdpbf16ps, for which .NET 10 has no intrinsic.
// Numbers come in pairs along the axis that is summed over, two in 32 bits, the first in the lower half. PairProduct.cs says what is what.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <immintrin.h>

#define EXPORT extern "C" __attribute__((visibility("default")))
#define BFLOAT16 __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))

namespace {

constexpr ptrdiff_t lanes = 32, half = 16;

// Sums of ROWS rows stay in registers; they begin at zero and are added to C at the end.
template <int ROWS>
BFLOAT16 void add_rows(const uint32_t* a, ptrdiff_t row_step, ptrdiff_t depth_step, ptrdiff_t depth, const uint32_t* b, float* c, ptrdiff_t step, const float* start) {
    __m512 sums[ROWS][2];
    for (auto& sum : sums) sum[0] = sum[1] = _mm512_setzero_ps();
    for (ptrdiff_t k = 0; k < depth; k++, a += depth_step, b += lanes) {
        __m512bh b0 = (__m512bh)_mm512_loadu_si512(b), b1 = (__m512bh)_mm512_loadu_si512(b + half);
#pragma GCC unroll 16
        for (int row = 0; row < ROWS; row++) {
            __m512bh pair = (__m512bh)_mm512_set1_epi32(static_cast<int>(a[row * row_step]));
            sums[row][0] = _mm512_dpbf16_ps(sums[row][0], b0, pair);
            sums[row][1] = _mm512_dpbf16_ps(sums[row][1], b1, pair);
        }
    }
    for (int row = 0; row < ROWS; row++, c += step) {
        const float* from = start ? start : c;
        _mm512_storeu_ps(c, _mm512_add_ps(_mm512_loadu_ps(from), sums[row][0]));
        _mm512_storeu_ps(c + half, _mm512_add_ps(_mm512_loadu_ps(from + half), sums[row][1]));
    }
}

BFLOAT16 uint32_t pair(float first, float second) {
    __m128bh both = _mm_cvtneps_pbh(_mm_setr_ps(first, second, 0, 0));
    uint32_t bits;
    std::memcpy(&bits, &both, sizeof bits);
    return bits;
}

}  // namespace

EXPORT int streamperceiver_has_bfloat16() {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}

EXPORT BFLOAT16 void streamperceiver_add_pairs(
    const uint32_t* a, ptrdiff_t row_step, ptrdiff_t depth_step, ptrdiff_t rows, ptrdiff_t depth, const uint32_t* b, float* c, ptrdiff_t step, const float* start) {
    ptrdiff_t row = 0;
    for (; row + 8 <= rows; row += 8) add_rows<8>(a + row * row_step, row_step, depth_step, depth, b, c + row * step, step, start);
    for (; row + 2 <= rows; row += 2) add_rows<2>(a + row * row_step, row_step, depth_step, depth, b, c + row * step, step, start);
    for (; row < rows; row++) add_rows<1>(a + row * row_step, row_step, depth_step, depth, b, c + row * step, step, start);
}

EXPORT BFLOAT16 void streamperceiver_round_rows(const float* from, ptrdiff_t step, ptrdiff_t rows, ptrdiff_t width, uint32_t* to) {
    for (ptrdiff_t row = 0; row < rows; row++, from += step) {
        ptrdiff_t i = 0;
        for (; i + 32 <= width; i += 32, to += 16)
            _mm512_storeu_si512(to, (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(from + i + 16), _mm512_loadu_ps(from + i)));
        for (; i < width; i += 2) *to++ = pair(from[i], i + 1 < width ? from[i + 1] : 0);
    }
}

EXPORT BFLOAT16 void streamperceiver_pair_rows(const float* from, ptrdiff_t step, ptrdiff_t rows, ptrdiff_t width, uint32_t* to) {
    const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    for (ptrdiff_t row = 0; row < rows; row += 2, from += 2 * step, to += width) {
        const float* next = row + 1 < rows ? from + step : nullptr;
        ptrdiff_t i = 0;
        for (; i + 16 <= width; i += 16) {
            __m512 high = next ? _mm512_loadu_ps(next + i) : _mm512_setzero_ps();
            __m512bh both = _mm512_cvtne2ps_pbh(high, _mm512_loadu_ps(from + i));
            _mm512_storeu_si512(to + i, _mm512_permutexvar_epi16(order, (__m512i)both));
        }
        for (; i < width; i++) to[i] = pair(from[i], next ? next[i] : 0);
    }
}

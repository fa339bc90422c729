#include "guard.h"
#include <opencv2/core/utility.hpp>

namespace
{
    thread_local cv::Exception last;

    // OpenCV prints every failure to stderr unless somebody takes it: the caller gets it as an exception.
    int quiet(int, const char *, const char *, const char *, int, void *)
    {
        return 0;
    }

    __attribute__((constructor)) void silence()
    {
        cv::redirectError(quiet);
    }

    struct Shape
    {
        int rows, cols, type, dims;
        long long step, elements, elementSize;
        unsigned char *data;
        int continuous, empty;
    };
}

void keep(const cv::Exception &failure)
{
    try
    {
        last = failure;
    }
    catch (...)
    {
        last.code = cv::Error::StsNoMem;
    }
}

EXPORT int spcv_failure(const char **function, const char **message, const char **file, int *line)
{
    *function = last.func.c_str();
    *message = last.err.c_str();
    *file = last.file.c_str();
    *line = last.line;
    return last.code;
}

EXPORT int spcv_set_threads(int count)
{
    return guarded([=] { cv::setNumThreads(count); });
}

EXPORT int spcv_get_threads(int *count)
{
    return guarded([=] { *count = cv::getNumThreads(); });
}

EXPORT int spcv_mat_new(cv::Mat **mat)
{
    *mat = nullptr;
    return guarded([=] { *mat = new cv::Mat(); });
}

EXPORT int spcv_mat_new_sized(int rows, int cols, int type, const double *fill, cv::Mat **mat)
{
    *mat = nullptr;
    return guarded([=] {
        *mat = fill ? new cv::Mat(rows, cols, type, cv::Scalar(fill[0], fill[1], fill[2], fill[3])) : new cv::Mat(rows, cols, type);
    });
}

EXPORT int spcv_mat_new_over(int rows, int cols, int type, void *data, size_t step, cv::Mat **mat)
{
    *mat = nullptr;
    return guarded([=] { *mat = new cv::Mat(rows, cols, type, data, step); });
}

EXPORT int spcv_mat_clone(const cv::Mat *mat, cv::Mat **copy)
{
    *copy = nullptr;
    return guarded([=] { *copy = new cv::Mat(mat->clone()); });
}

EXPORT void spcv_mat_delete(cv::Mat *mat)
{
    delete mat;
}

EXPORT int spcv_mat_shape(const cv::Mat *mat, Shape *shape)
{
    return guarded([=] {
        *shape = {mat->rows, mat->cols, mat->type(), mat->dims,
                  static_cast<long long>(mat->dims > 0 ? mat->step.p[0] : 0), static_cast<long long>(mat->total()),
                  static_cast<long long>(mat->elemSize()), mat->data, mat->isContinuous(), mat->empty()};
    });
}

#include "guard.h"
#include <memory>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace
{
    cv::Scalar scalar(const double *values)
    {
        return cv::Scalar(values[0], values[1], values[2], values[3]);
    }
}

EXPORT int spcv_decode(const unsigned char *bytes, int length, int flags, cv::Mat **mat)
{
    *mat = nullptr;
    return guarded([=] {
        const cv::Mat input(1, length, CV_8UC1, const_cast<unsigned char *>(bytes));
        *mat = new cv::Mat(cv::imdecode(input, flags));
    });
}

EXPORT int spcv_decode_mat(const cv::Mat *input, int flags, cv::Mat **mat)
{
    *mat = nullptr;
    return guarded([=] { *mat = new cv::Mat(cv::imdecode(*input, flags)); });
}

// The encoded bytes stay in *encoded until spcv_bytes_delete.
EXPORT int spcv_encode(const char *extension, const cv::Mat *mat, const int *settings, int count,
                       std::vector<unsigned char> **encoded, unsigned char **bytes, long long *length, int *done)
{
    *encoded = nullptr;
    return guarded([=] {
        auto buffer = std::make_unique<std::vector<unsigned char>>();
        *done = cv::imencode(extension, *mat, *buffer, std::vector<int>(settings, settings + count));
        *bytes = buffer->data();
        *length = static_cast<long long>(buffer->size());
        *encoded = buffer.release();
    });
}

EXPORT void spcv_bytes_delete(std::vector<unsigned char> *bytes)
{
    delete bytes;
}

EXPORT int spcv_resize(const cv::Mat *source, cv::Mat *target, int width, int height, double fx, double fy, int interpolation)
{
    return guarded([=] { cv::resize(*source, *target, cv::Size(width, height), fx, fy, interpolation); });
}

EXPORT int spcv_convert_colour(const cv::Mat *source, cv::Mat *target, int code, int channels)
{
    return guarded([=] { cv::cvtColor(*source, *target, code, channels); });
}

EXPORT int spcv_line(cv::Mat *mat, int x1, int y1, int x2, int y2, const double *colour, int thickness, int kind, int shift)
{
    return guarded([=] { cv::line(*mat, cv::Point(x1, y1), cv::Point(x2, y2), scalar(colour), thickness, kind, shift); });
}

EXPORT int spcv_rectangle(cv::Mat *mat, int x1, int y1, int x2, int y2, const double *colour, int thickness, int kind, int shift)
{
    return guarded([=] { cv::rectangle(*mat, cv::Point(x1, y1), cv::Point(x2, y2), scalar(colour), thickness, kind, shift); });
}

EXPORT int spcv_rectangle_area(cv::Mat *mat, int x, int y, int width, int height, const double *colour, int thickness, int kind, int shift)
{
    return guarded([=] { cv::rectangle(*mat, cv::Rect(x, y, width, height), scalar(colour), thickness, kind, shift); });
}

EXPORT int spcv_circle(cv::Mat *mat, int x, int y, int radius, const double *colour, int thickness, int kind, int shift)
{
    return guarded([=] { cv::circle(*mat, cv::Point(x, y), radius, scalar(colour), thickness, kind, shift); });
}

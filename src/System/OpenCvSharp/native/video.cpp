#include "guard.h"
#include <opencv2/videoio.hpp>

EXPORT int spcv_video_open(const char *file, int api, cv::VideoCapture **video)
{
    *video = nullptr;
    return guarded([=] { *video = new cv::VideoCapture(file, api); });
}

EXPORT void spcv_video_delete(cv::VideoCapture *video)
{
    guarded([=] { delete video; });
}

EXPORT int spcv_video_is_open(const cv::VideoCapture *video, int *open)
{
    return guarded([=] { *open = video->isOpened(); });
}

EXPORT int spcv_video_read(cv::VideoCapture *video, cv::Mat *frame, int *done)
{
    return guarded([=] { *done = video->read(*frame); });
}

EXPORT int spcv_video_grab(cv::VideoCapture *video, int *done)
{
    return guarded([=] { *done = video->grab(); });
}

EXPORT int spcv_video_release(cv::VideoCapture *video)
{
    return guarded([=] { video->release(); });
}

EXPORT int spcv_video_get(const cv::VideoCapture *video, int property, double *value)
{
    return guarded([=] { *value = video->get(property); });
}

EXPORT int spcv_video_set(cv::VideoCapture *video, int property, double value, int *done)
{
    return guarded([=] { *done = video->set(property, value); });
}

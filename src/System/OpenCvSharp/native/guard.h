// What every exported function shares: it returns 0, or 1 with the failure kept for this thread until the next one.
#pragma once
#include <exception>
#include <opencv2/core.hpp>

#define EXPORT extern "C" __attribute__((visibility("default")))

void keep(const cv::Exception &failure);

template <typename Action>
int guarded(Action action) noexcept
{
    try
    {
        action();
        return 0;
    }
    catch (const cv::Exception &failure)
    {
        keep(failure);
    }
    catch (const std::bad_alloc &)
    {
        keep(cv::Exception(cv::Error::StsNoMem, "out of memory", "", "", 0));
    }
    catch (const std::exception &failure)
    {
        keep(cv::Exception(cv::Error::StsError, failure.what(), "", "", 0));
    }
    catch (...)
    {
        keep(cv::Exception(cv::Error::StsError, "unknown C++ exception", "", "", 0));
    }
    return 1;
}

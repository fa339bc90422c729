// Decodes packets, and converts pictures to bytes.
#include "segment.h"
#include <algorithm>
extern "C" {
#include <libavutil/opt.h>
}

namespace {

// ffmpeg's own choices: bicubic where it interpolates, the matrix and the range that the picture states, chroma of 4:2:0 as MPEG-2 has it.
bool prepare_scaler(Segment& segment, AVPixelFormat to) {
    const AVFrame* frame = segment.frame;
    const int wanted[] = {frame->width, frame->height, frame->format, frame->colorspace, frame->color_range};
    if (segment.scaler && std::equal(std::begin(wanted), std::end(wanted), segment.scaled)) return true;
    sws_freeContext(segment.scaler);
    SwsContext* scaler = segment.scaler = sws_alloc_context();
    if (!scaler) return false;
    std::copy(std::begin(wanted), std::end(wanted), segment.scaled);
    av_opt_set_int(scaler, "srcw", frame->width, 0);
    av_opt_set_int(scaler, "srch", frame->height, 0);
    av_opt_set_int(scaler, "src_format", frame->format, 0);
    av_opt_set_int(scaler, "dstw", frame->width, 0);
    av_opt_set_int(scaler, "dsth", frame->height, 0);
    av_opt_set_int(scaler, "dst_format", to, 0);
    av_opt_set_int(scaler, "sws_flags", SWS_BICUBIC, 0);
    if (frame->format == AV_PIX_FMT_YUV420P) av_opt_set_int(scaler, "src_v_chr_pos", 128, 0);
    if (sws_init_context(scaler, nullptr, nullptr) < 0) return false;
    int *from_matrix, *to_matrix, from_range, to_range, brightness, contrast, saturation;
    if (sws_getColorspaceDetails(scaler, &from_matrix, &from_range, &to_matrix, &to_range, &brightness, &contrast, &saturation) < 0) return true;
    int space = frame->colorspace;
    const int* matrix = sws_getCoefficients(space < 1 || space > 10 || space == 8 ? SWS_CS_DEFAULT : space);
    if (frame->color_range != AVCOL_RANGE_UNSPECIFIED) from_range = frame->color_range == AVCOL_RANGE_JPEG;
    sws_setColorspaceDetails(scaler, matrix, from_range, matrix, to_range, brightness, contrast, saturation);
    return true;
}

} // namespace

// Opens the decoder for pictures of up to so many pixels. Returns 0, or -1.
EXPORT int32_t streamperceiver_segment_begin(Segment* segment, int64_t most_pixels) {
    complaint[0] = 0;
    segment->codec->max_pixels = most_pixels;
    segment->frame = av_frame_alloc();
    segment->pixels = av_frame_alloc();
    return segment->frame && segment->pixels && avcodec_open2(segment->codec, segment->codec->codec, nullptr) >= 0 ? 0 : -1;
}

// Pictures a second as the codec's own headers state them, once a picture was decoded; 0 where they do not.
EXPORT void streamperceiver_segment_rate(const Segment* segment, int32_t* numerator, int32_t* denominator) {
    *numerator = segment->codec->framerate.num;
    *denominator = segment->codec->framerate.den;
}

// Decodes on, to the next picture or to the next complaint. Returns 1 with a picture, 0 without one, and -1 at the end.
EXPORT int32_t streamperceiver_segment_next(Segment* segment, SegmentFrame* to) {
    *to = {};
    complaint[0] = 0;
    for (;;) {
        int error = avcodec_receive_frame(segment->codec, segment->frame);
        bool has_picture = error >= 0;
        if (has_picture) {
            const AVFrame* frame = segment->frame;
            to->packet = static_cast<int32_t>(frame->pts);
            to->width = frame->width;
            to->height = frame->height;
            to->is_damaged = (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame->decode_error_flags != 0;
        } else if (error == AVERROR(EAGAIN) && !complaint[0] && !segment->is_draining) {
            segment->is_draining = segment->sent == segment->packets.size();
            AVPacket* packet = segment->is_draining ? nullptr : segment->packets[segment->sent];
            if (packet) {
                packet->pts = static_cast<int64_t>(segment->sent++); // a picture comes back with it
                packet->dts = AV_NOPTS_VALUE;
            }
            error = avcodec_send_packet(segment->codec, packet);
            if (error >= 0 && !complaint[0]) continue;
        }
        to->sent = static_cast<int32_t>(segment->sent) - 1;
        if (complaint[0] || (error < 0 && error != AVERROR_EOF)) describe(error, to->problem, sizeof to->problem);
        return has_picture ? 1 : error == AVERROR_EOF ? -1 : 0;
    }
}

// Converts the last picture to rows of red, green and blue, or of grey. The result equals that of the program ffmpeg. Returns 0, or -1.
EXPORT int32_t streamperceiver_segment_pixels(Segment* segment, int32_t channels, SegmentFrame* to) {
    const AVFrame* from = segment->frame;
    AVFrame* pixels = segment->pixels;
    if (pixels->width != from->width || pixels->height != from->height) {
        av_frame_unref(pixels);
        pixels->width = from->width;
        pixels->height = from->height;
        pixels->format = channels == 1 ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_RGB24;
        if (av_frame_get_buffer(pixels, 0) < 0) return -1;
    }
    if (!prepare_scaler(*segment, static_cast<AVPixelFormat>(pixels->format))) return -1;
    if (sws_scale(segment->scaler, from->data, from->linesize, 0, from->height, pixels->data, pixels->linesize) != from->height) return -1;
    to->pixels = pixels->data[0];
    to->stride = pixels->linesize[0];
    return 0;
}

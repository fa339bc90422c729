// Decodes the sound of a segment.
#include "segment.h"
#include <algorithm>

namespace {

constexpr int64_t second = 1000000000;
constexpr int64_t longest_gap = second / 100; // times of containers are rounded to a millisecond at most
constexpr int64_t latest_time = 1LL << 61;    // a lifetime in nanoseconds, so that no sum runs over

int64_t to_ns(int64_t time, AVRational unit) {
    return unit.num > 0 && unit.den > 0 ? std::clamp(av_rescale_q(time, unit, {1, second}), -latest_time, latest_time) : 0;
}

bool is_read(int format) { return format == AV_SAMPLE_FMT_FLTP || format == AV_SAMPLE_FMT_S16P; }

// Copies samples of one channel to every so many-th place.
template <typename T> void copy_samples(const uint8_t* from, int at, int count, float unit, float* to, int step) {
    const T* samples = reinterpret_cast<const T*>(from) + at;
    for (int i = 0; i < count; i++) to[i * step] = samples[i] * unit;
}

// Goes on to the next frame. Returns 1 with one, 0 at the end, and -1 with a complaint: the frame or packet that it is about is left out.
int next_frame(Segment& segment) {
    for (;;) {
        complaint[0] = 0;
        int error = avcodec_receive_frame(segment.codec, segment.frame);
        if (error >= 0) return complaint[0] || !is_read(segment.frame->format) ? -1 : 1;
        if (error == AVERROR_EOF) return 0;
        if (error == AVERROR(EAGAIN) && !complaint[0] && !segment.is_draining) {
            segment.is_draining = segment.sent == segment.packets.size();
            AVPacket* packet = segment.is_draining ? nullptr : segment.packets[segment.sent++];
            error = avcodec_send_packet(segment.codec, packet);
            if (packet && packet->flags & AV_PKT_FLAG_CORRUPT && !complaint[0]) copy_text(complaint, sizeof complaint, "a packet is damaged");
            if (error >= 0 && !complaint[0]) continue;
        }
        if (!complaint[0]) av_strerror(error, complaint, sizeof complaint);
        return -1;
    }
}

// Whether the frame goes on where the one before it ended, in the same form. Writes the complaint where it does not.
bool continues(Segment& segment) {
    const AVFrame* frame = segment.frame;
    if (frame->sample_rate != segment.rate || frame->ch_layout.nb_channels != segment.channels) {
        snprintf(complaint, sizeof complaint, "it changes from %d channels of %d Hz to %d of %d Hz", segment.channels, segment.rate,
                 frame->ch_layout.nb_channels, frame->sample_rate);
        return false;
    }
    int64_t expected = segment.next_time;
    segment.next_time = AV_NOPTS_VALUE;
    if (frame->pts == AV_NOPTS_VALUE) return true;
    int64_t time = to_ns(frame->pts, segment.stream->time_base);
    segment.next_time = time + (int64_t)frame->nb_samples * second / segment.rate;
    if (expected == AV_NOPTS_VALUE || std::abs(time - expected) <= longest_gap) return true;
    snprintf(complaint, sizeof complaint, "its times leave %.3f s out", (double)(time - expected) / second);
    segment.is_over = true;
    return false;
}

} // namespace

// Opens the decoder and decodes the first frame, which knows rate and channels. Returns 0, or -1 where there is none.
EXPORT int32_t streamperceiver_sound_begin(Segment* segment, SoundInfo* info) {
    *info = {};
    segment->frame = av_frame_alloc();
    segment->codec->pkt_timebase = segment->stream->time_base;
    if (!segment->frame || avcodec_open2(segment->codec, segment->codec->codec, nullptr) < 0) return -1;
    int found;
    while ((found = next_frame(*segment)) < 0)
        if (!segment->problem[0]) copy_text(segment->problem, sizeof segment->problem, complaint);
    const AVFrame* frame = segment->frame;
    if (found == 0 || frame->sample_rate <= 0 || frame->ch_layout.nb_channels <= 0) return -1;
    info->rate = segment->rate = frame->sample_rate;
    info->channels = segment->channels = frame->ch_layout.nb_channels;
    info->frame_samples = std::max(frame->nb_samples, segment->codec->frame_size);
    if (segment->first_picture != INT64_MAX && frame->pts != AV_NOPTS_VALUE)
        info->start = to_ns(frame->pts, segment->stream->time_base) - to_ns(segment->first_picture, segment->pictures->time_base);
    continues(*segment);
    return 0;
}

// Reads the next samples, channel by channel in each frame. Returns how many frames; 0 at the end; -1 with a problem, behind which it can be read on.
EXPORT int32_t streamperceiver_sound_read(Segment* segment, float* to, int32_t frames, char* problem) {
    AVFrame* frame = segment->frame;
    if (segment->problem[0]) {
        copy_text(problem, sizeof segment->problem, segment->problem);
        segment->problem[0] = 0;
        return -1;
    }
    while (!segment->is_over && segment->at == frame->nb_samples) {
        int found = next_frame(*segment);
        segment->at = found > 0 ? 0 : frame->nb_samples;
        segment->is_over = found == 0;
        if (found > 0 && continues(*segment)) continue;
        if (found == 0) break;
        segment->at = frame->nb_samples;
        copy_text(problem, sizeof segment->problem, complaint[0] ? complaint : "its samples are of a kind that is not read");
        return -1;
    }
    if (segment->is_over) return 0;
    int count = std::min(frames, frame->nb_samples - segment->at);
    for (int c = 0; c < segment->channels; c++) {
        const uint8_t* from = frame->extended_data[c];
        if (frame->format == AV_SAMPLE_FMT_FLTP) copy_samples<float>(from, segment->at, count, 1, to + c, segment->channels);
        else copy_samples<int16_t>(from, segment->at, count, 1.0f / 32768, to + c, segment->channels);
    }
    segment->at += count;
    return count;
}

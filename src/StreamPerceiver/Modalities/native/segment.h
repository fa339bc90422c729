// Segments of video, and their sound, by FFmpeg's libraries. Only this folder knows their structures, so it is compiled with their headers.
#pragma once
#include <cstdint>
#include <cstdio>
#include <vector>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

#define EXPORT extern "C" __attribute__((visibility("default")))

// Mirrored in SegmentLibrary.cs, as are the three structures behind it.
struct SegmentInfo {
    int32_t width, height; // the greatest that the headers state; 0 where none does
    int32_t bits;          // of a pixel, as the decoder stores it
    int32_t level;         // as the codec numbers it
    int32_t orientation;   // as Exif numbers it, 1 to 8; 0 for an angle that is not a multiple of 90 degrees
    int32_t streams;       // of video, or of sound where that is read
    int32_t packets;
    int32_t missing;                          // packets that the index has and the segment lacks
    int32_t is_supported;                     // whether there is a decoder
    int32_t may_hide;                         // whether a packet may have no picture to show
    int32_t rate_numerator, rate_denominator; // pictures a second; 0 where nothing states it
    char codec[32];
    char problem[256]; // why opening failed, or reading ended before the end
};

struct SegmentPacket {
    int64_t time; // nanoseconds since the first picture; -1 where none is stated
    int32_t is_key;
    int32_t is_unreferenced; // whether no other picture refers to it
    int32_t is_damaged;
    int32_t is_hidden; // whether it is decoded and not shown, by an edit list
    int32_t order;     // H.264 and H.265: its place among the pictures since the last that began anew; 0 where it is not known
};

struct SegmentFrame {
    const uint8_t* pixels;
    int32_t width, height, stride;
    int32_t packet; // whose picture it is
    int32_t sent;   // the packet that was sent to the decoder last
    int32_t is_damaged;
    char problem[256];
};

struct SoundInfo {
    int64_t start; // nanoseconds from the first picture to the first sample; 0 where there is no picture, or no time
    int32_t rate, channels;
    int32_t frame_samples; // the most samples of a packet, in each channel
};

// What is read of a segment in memory.
struct Bytes {
    const uint8_t* data;
    int64_t size, at;
    int64_t left; // how many may still be read, so that a reader that goes back and forth ends
};

struct Segment {
    Bytes bytes{};
    AVIOContext* io = nullptr;
    AVFormatContext* format = nullptr;
    bool is_sound = false;
    AVStream *stream = nullptr, *pictures = nullptr;
    int64_t first_picture = INT64_MAX; // beside a sound, in the unit of its stream
    AVCodecContext* codec = nullptr;
    SwsContext* scaler = nullptr;
    int scaled[5] = {}; // what the scaler was made for
    AVFrame *frame = nullptr, *pixels = nullptr;
    std::vector<AVPacket*> packets; // in the order of decoding
    std::vector<int32_t> orders;    // of the packets, where the codec states them
    size_t sent = 0;
    bool is_draining = false;
    int32_t rate = 0, channels = 0, at = 0; // of the sound, and the next sample of the frame
    int64_t next_time = AV_NOPTS_VALUE;     // where the sound goes on, in nanoseconds
    bool is_over = false;
    char problem[256] = {}; // of the sound before its first frame

    ~Segment();
};

// The first complaint of a library in the work that this thread does now. The libraries log what they conceal, and do not always return it.
extern thread_local char complaint[256];

inline void copy_text(char* to, size_t size, const char* from) { snprintf(to, size, "%s", from); }

// Writes the complaint, or the text of an error where there is none.
void describe(int error, char* to, size_t size);

// Fills in the sizes and orders that the stream's headers state.
void read_headers(Segment& segment, SegmentInfo& info);

// How the camera was held.
int orientation_of(const AVStream* stream);

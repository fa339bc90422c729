// Opens a segment in memory and reads its packets. Nothing here opens a file or a connection.
#include "segment.h"
#include <algorithm>
#include <cstdarg>
#include <cstring>
#include <new>

thread_local char complaint[256];

namespace {

constexpr int most_streams = 64;           // a broadcast has some twenty
constexpr size_t largest_block = 80 << 20; // of memory: a plane of 8192 x 8192; an index that lies may take as much
constexpr int io_bytes = 32 << 10;

// Complaints about what changes no picture: references that end (a lost picture has a complaint of its own), and notes beside the pictures.
bool is_harmless(const char* format) {
    for (const char* word : {"mmco: unref", "SEI", "VUI", "aspect ratio", "time_scale"})
        if (strstr(format, word)) return true;
    return false;
}

void note(void*, int level, const char* format, va_list values) {
    if ((level & 0xff) > AV_LOG_ERROR || complaint[0] || is_harmless(format)) return;
    vsnprintf(complaint, sizeof complaint, format, values);
    for (size_t end = strlen(complaint); end > 0 && complaint[end - 1] == '\n';) complaint[--end] = 0;
}

int read_bytes(void* opaque, uint8_t* to, int count) {
    auto* bytes = static_cast<Bytes*>(opaque);
    int64_t read = std::min<int64_t>(count, bytes->size - bytes->at);
    bytes->left -= read + 256;
    if (read <= 0 || bytes->left < 0) return AVERROR_EOF;
    memcpy(to, bytes->data + bytes->at, read);
    bytes->at += read;
    return static_cast<int>(read);
}

int64_t seek_bytes(void* opaque, int64_t offset, int whence) {
    auto* bytes = static_cast<Bytes*>(opaque);
    if (whence & AVSEEK_SIZE) return bytes->size;
    int64_t from = whence == SEEK_CUR ? bytes->at : whence == SEEK_END ? bytes->size : 0;
    if (offset < -from || offset > bytes->size - from) return AVERROR(EINVAL);
    return bytes->at = from + offset;
}

int open_nothing(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) { return AVERROR(EACCES); }

const AVCodec* decoder_of(AVCodecID id) {
    switch (id) {
    case AV_CODEC_ID_H264:
    case AV_CODEC_ID_HEVC:
    case AV_CODEC_ID_VP8:
    case AV_CODEC_ID_VP9:
    case AV_CODEC_ID_MJPEG:
    case AV_CODEC_ID_AAC:
    case AV_CODEC_ID_AAC_LATM:
    case AV_CODEC_ID_MP2:
    case AV_CODEC_ID_MP3:
    case AV_CODEC_ID_AC3: return avcodec_find_decoder(id);
    case AV_CODEC_ID_AV1: return avcodec_find_decoder_by_name("libdav1d"); // FFmpeg's own needs a graphics card
    default: return nullptr;
    }
}

bool is_video(const AVStream* stream) {
    return stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !(stream->disposition & AV_DISPOSITION_ATTACHED_PIC);
}

bool is_wanted(const Segment& segment, const AVStream* stream) {
    return segment.is_sound ? stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO : is_video(stream);
}

// Beside a sound only the first time of the pictures counts.
void pass_over(Segment& segment, AVStream* stream, const AVPacket* packet) {
    if (segment.is_sound && !segment.pictures && is_video(stream)) segment.pictures = stream;
    if (stream != segment.pictures) stream->discard = AVDISCARD_ALL;
    else if (packet->pts != AV_NOPTS_VALUE && !(packet->flags & AV_PKT_FLAG_DISCARD)) segment.first_picture = std::min(segment.first_picture, packet->pts);
}

int open_container(Segment& segment, const char* name) {
    auto* buffer = static_cast<unsigned char*>(av_malloc(io_bytes));
    segment.io = buffer ? avio_alloc_context(buffer, io_bytes, 0, &segment.bytes, read_bytes, nullptr, seek_bytes) : nullptr;
    segment.format = avformat_alloc_context();
    if (!segment.io || !segment.format) return AVERROR(ENOMEM);
    segment.format->pb = segment.io;
    segment.format->io_open = open_nothing;
    segment.format->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_NOFILLIN; // times as they are stored
    segment.format->max_streams = most_streams;
    segment.format->error_recognition = AV_EF_CRCCHECK;
    return avformat_open_input(&segment.format, "", av_find_input_format(name), nullptr);
}

// Only the first stream of the kind is read. It may appear late, as in MPEG-TS.
void read_packets(Segment& segment, SegmentInfo& info, int32_t most_packets) {
    AVFormatContext* format = segment.format;
    AVPacket* packet = av_packet_alloc();
    int error = 0;
    while (packet && info.packets <= most_packets && (error = av_read_frame(format, packet)) >= 0) {
        AVStream* stream = format->streams[packet->stream_index];
        if (!segment.stream && is_wanted(segment, stream)) segment.stream = stream;
        if (stream != segment.stream) {
            pass_over(segment, stream, packet);
            av_packet_unref(packet);
            continue;
        }
        if (av_packet_make_refcounted(packet) < 0) break;
        segment.packets.push_back(packet);
        info.packets++;
        packet = av_packet_alloc();
    }
    av_packet_free(&packet);
    if (error < 0 && error != AVERROR_EOF) describe(error, info.problem, sizeof info.problem);
    for (unsigned i = 0; i < format->nb_streams; i++) {
        if (!is_wanted(segment, format->streams[i])) continue;
        if (!segment.stream) segment.stream = format->streams[i];
        info.streams++;
    }
}

void make_decoder(Segment& segment, SegmentInfo& info) {
    const AVCodecParameters* parameters = segment.stream->codecpar;
    copy_text(info.codec, sizeof info.codec, avcodec_get_name(parameters->codec_id));
    const AVCodec* decoder = decoder_of(parameters->codec_id);
    AVCodecContext* codec = segment.codec = decoder ? avcodec_alloc_context3(decoder) : nullptr;
    if (!codec || avcodec_parameters_to_context(codec, parameters) < 0) return;
    codec->thread_count = 1;
    codec->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT; // their number and places count
    codec->err_recognition = AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER;
    if (parameters->codec_id == AV_CODEC_ID_MJPEG) codec->err_recognition |= AV_EF_EXPLODE; // every picture stands alone
    AVRational rate = segment.stream->avg_frame_rate.num > 0 ? segment.stream->avg_frame_rate : segment.stream->r_frame_rate;
    info.rate_numerator = rate.num;
    info.rate_denominator = rate.den;
    info.may_hide = parameters->codec_id != AV_CODEC_ID_HEVC && parameters->codec_id != AV_CODEC_ID_MJPEG;
    if (!segment.is_sound) read_headers(segment, info);
    info.is_supported = 1;
}

} // namespace

Segment::~Segment() {
    for (AVPacket* packet : packets) av_packet_free(&packet);
    sws_freeContext(scaler);
    av_frame_free(&frame);
    av_frame_free(&pixels);
    avcodec_free_context(&codec);
    avformat_close_input(&format);
    if (io) av_freep(&io->buffer);
    avio_context_free(&io);
}

void describe(int error, char* to, size_t size) {
    if (complaint[0]) copy_text(to, size, complaint);
    else av_strerror(error, to, size);
}

// Opens a segment and reads the packets of its video or of its sound, at most one more than stated. Returns null where it cannot be opened; the info has the
// problem.
EXPORT Segment* streamperceiver_segment_open(const uint8_t* data, int64_t size, const char* format, int32_t is_sound, int32_t most_packets, SegmentInfo* info) {
    static bool is_prepared = (av_log_set_callback(note), av_max_alloc(largest_block), true);
    (void)is_prepared;
    *info = {};
    complaint[0] = 0;
    auto* segment = new (std::nothrow) Segment;
    if (!segment) return nullptr;
    try {
        segment->bytes = {data, size, 0, 64 * size + (16 << 20)};
        segment->is_sound = is_sound != 0;
        if (int error = open_container(*segment, format); error < 0) {
            describe(error, info->problem, sizeof info->problem);
            delete segment;
            return nullptr;
        }
        read_packets(*segment, *info, most_packets);
        if (!segment->stream) return segment;
        info->orientation = orientation_of(segment->stream);
        info->missing = std::max(0, avformat_index_get_entries_count(segment->stream) - info->packets);
        make_decoder(*segment, *info);
        return segment;
    } catch (const std::bad_alloc&) {
        copy_text(info->problem, sizeof info->problem, "no memory is left");
        delete segment;
        return nullptr;
    }
}

EXPORT void streamperceiver_segment_close(Segment* segment) { delete segment; }

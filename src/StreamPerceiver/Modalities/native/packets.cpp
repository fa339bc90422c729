// What packets and headers state, before anything is decoded.
#include "segment.h"
#include <algorithm>
extern "C" {
#include <libavutil/pixdesc.h>
}

namespace {

constexpr int unknown_bits = 24;           // 8 bits in three full planes, or 10 bits of 4:2:0
constexpr int64_t latest_time = 1LL << 61; // a lifetime in nanoseconds, so that no sum runs over

int sign(int32_t number) { return (number > 0) - (number < 0); }

// Which sides of the scene the first row and the first column are.
int orientation_of(const int32_t* matrix) {
    int a = sign(matrix[0]), b = sign(matrix[1]), c = sign(matrix[3]), d = sign(matrix[4]);
    if (b == 0 && c == 0 && a != 0 && d != 0) return a > 0 ? (d > 0 ? 1 : 4) : (d > 0 ? 2 : 3);
    if (a == 0 && d == 0 && b != 0 && c != 0) return b > 0 ? (c > 0 ? 5 : 6) : (c > 0 ? 8 : 7);
    return 0;
}

// Reads NAL units (ITU-T H.264, 7.4.1; H.265, 7.4.2.2). Other codecs do not tell.
bool is_unreferenced(const AVCodecParameters* codec, const AVPacket* packet) {
    bool is_h264 = codec->codec_id == AV_CODEC_ID_H264, has_slice = false;
    if (!is_h264 && codec->codec_id != AV_CODEC_ID_HEVC) return false;
    int place = is_h264 ? 4 : 21;
    int length_bytes = codec->extradata_size > place && codec->extradata[0] == 1 ? (codec->extradata[place] & 3) + 1 : 0;
    for (const uint8_t *at = packet->data, *end = at + packet->size; end - at > 4;) {
        int64_t length = 0;
        if (length_bytes == 0) {
            while (end - at > 3 && (at[0] || at[1] || at[2] != 1)) at++;
            at += 3;
        }
        for (int i = 0; i < length_bytes; i++) length = length << 8 | *at++;
        if (at >= end) break;
        int type = is_h264 ? *at & 31 : *at >> 1 & 63;
        bool is_slice = is_h264 ? type == 1 || type == 5 : type < 32;
        bool is_reference = is_h264 ? (*at & 0x60) != 0 : type > 14 || type % 2 != 0;
        if (is_slice && is_reference) return false;
        has_slice |= is_slice;
        at += std::min<int64_t>(length, end - at);
    }
    return has_slice;
}

// Where pictures are stored in the order in which they are shown, the time of decoding serves as well.
int64_t time_of(const AVPacket* packet, bool is_reordered) { return packet->pts != AV_NOPTS_VALUE || is_reordered ? packet->pts : packet->dts; }

} // namespace

int orientation_of(const AVStream* stream) {
#if LIBAVFORMAT_VERSION_MAJOR >= 61
    const AVCodecParameters* codec = stream->codecpar;
    const AVPacketSideData* matrix = av_packet_side_data_get(codec->coded_side_data, codec->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    return matrix && matrix->size >= 36 ? orientation_of(reinterpret_cast<const int32_t*>(matrix->data)) : 1;
#else
    size_t size = 0;
    const uint8_t* matrix = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    return matrix && size >= 36 ? orientation_of(reinterpret_cast<const int32_t*>(matrix)) : 1;
#endif
}

// H.264 and H.265 state sizes in each key picture, and some containers state none.
void read_headers(Segment& segment, SegmentInfo& info) {
    const AVCodecParameters* codec = segment.stream->codecpar;
    info.width = codec->width;
    info.height = codec->height;
    info.level = codec->level;
    int format = codec->format;
    bool is_nal = codec->codec_id == AV_CODEC_ID_H264 || codec->codec_id == AV_CODEC_ID_HEVC;
    if (AVCodecParserContext* parser = is_nal ? av_parser_init(codec->codec_id) : nullptr) {
        parser->flags |= PARSER_FLAG_COMPLETE_FRAMES;
        for (const AVPacket* packet : segment.packets) {
            uint8_t* data;
            int size;
            av_parser_parse2(parser, segment.codec, &data, &size, packet->data, packet->size, AV_NOPTS_VALUE, AV_NOPTS_VALUE, -1);
            segment.orders.push_back(parser->output_picture_number);
            if ((int64_t)parser->coded_width * parser->coded_height > (int64_t)info.width * info.height) {
                info.width = parser->coded_width;
                info.height = parser->coded_height;
            }
            if (parser->format >= 0) format = parser->format;
            info.level = std::max(info.level, segment.codec->level);
        }
        av_parser_close(parser);
    }
    const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(format));
    info.bits = description ? av_get_padded_bits_per_pixel(description) : unknown_bits;
}

// Writes what is known of each packet, in the order of decoding.
EXPORT void streamperceiver_segment_packets(const Segment* segment, SegmentPacket* to) {
    const AVCodecParameters* codec = segment->stream->codecpar;
    const AVCodecDescriptor* description = avcodec_descriptor_get(codec->codec_id);
    bool is_reordered = (description->props & AV_CODEC_PROP_REORDER) != 0;
    int64_t first = INT64_MAX;
    for (const AVPacket* packet : segment->packets) {
        int64_t time = time_of(packet, is_reordered);
        if (time != AV_NOPTS_VALUE && !(packet->flags & AV_PKT_FLAG_DISCARD)) first = std::min(first, time);
    }
    AVRational unit = segment->stream->time_base; // of times, in seconds
    for (size_t i = 0; i < segment->packets.size(); i++) {
        const AVPacket* packet = segment->packets[i];
        *to = {-1, (packet->flags & AV_PKT_FLAG_KEY) != 0, is_unreferenced(codec, packet), (packet->flags & AV_PKT_FLAG_CORRUPT) != 0,
               (packet->flags & AV_PKT_FLAG_DISCARD) != 0, i < segment->orders.size() ? segment->orders[i] : 0};
        int64_t time = time_of(packet, is_reordered);
        if (time != AV_NOPTS_VALUE && time >= first && unit.num > 0 && unit.den > 0) {
            __int128 ns = (((__int128)time - first) * unit.num * 1000000000 + unit.den / 2) / unit.den;
            to->time = static_cast<int64_t>(std::min<__int128>(ns, latest_time));
        }
        to++;
    }
}

#!/usr/bin/env bash
# Makes the segments of these tests, and what the program ffmpeg decodes of each: the time and the SHA-256 of every frame in RGB. Made with ffmpeg 5.1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
make() { ffmpeg -hide_banner -loglevel error -y "${@:1:$#-1}" -fflags +bitexact -flags:v +bitexact -map_metadata -1 "${@: -1}"; }
scene=(-f lavfi -i "testsrc2=size=64x48:rate=12:duration=1.5")
tone=(-f lavfi -i "sine=440:duration=1.5:sample_rate=8000")
x264=(-c:v libx264 -preset veryslow -bf 3 -b_strategy 0 -g 9 -keyint_min 9 -sc_threshold 0 -crf 30)

make "${scene[@]}" "${tone[@]}" "${x264[@]}" -c:a aac -b:a 16k -movflags +faststart h264.mp4
make -i h264.mp4 -an -c copy -movflags frag_keyframe+empty_moov+default_base_moof fragmented.mp4
make -i h264.mp4 -c copy -output_ts_offset 95442 h264.ts # its clock of 33 bits runs over
make -i h264.mp4 -an -c copy -bsf:v h264_mp4toannexb h264.h264
make -i h264.mp4 -c copy h264.mkv
make "${scene[@]}" -vf noise=alls=24:allf=t:all_seed=7 -frames:v 9 "${x264[@]}" noisy.h264
make "${scene[@]}" -vf "setpts='(N+0.4*sin(N))/(12*TB)'" -vsync vfr -video_track_timescale 90000 "${x264[@]}" uneven.mp4
make -f lavfi -i "testsrc2=size=64x48:rate=12:duration=3" -vf noise=alls=12:allf=t:all_seed=7 -c:v libx264 -crf 36 \
    -x264opts open-gop=1:keyint=10:min-keyint=10:bframes=3 whole.mp4
make -i whole.mp4 -c copy -f segment -segment_time 0.5 -segment_format mp4 piece-%d.mp4
mv piece-1.mp4 open-group.mp4 # an edit list hides what needs the group before, and references to it end
rm whole.mp4 piece-*.mp4
make "${scene[@]}" -c:v libvpx -g 9 -b:v 80k -auto-alt-ref 1 -lag-in-frames 8 vp8.webm
make "${scene[@]}" -c:v libvpx-vp9 -g 9 -b:v 80k -auto-alt-ref 1 -lag-in-frames 8 vp9.webm
make "${scene[@]}" -c:v mjpeg -q:v 12 mjpeg.avi
make "${scene[@]}" -c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=10:bframes=3:open-gop=1:info=0 h265.mp4
make -i h265.mp4 -c copy -bsf:v hevc_mp4toannexb h265.h265
make -i h265.mp4 -c copy -f segment -segment_time 0.5 -segment_format mpegts piece-%d.ts
mv piece-1.ts open-group.ts # it begins with pictures that need the group before
rm piece-*.ts
make "${scene[@]}" -frames:v 9 -c:v libaom-av1 -cpu-used 8 -crf 50 av1.mp4
make "${scene[@]}" -frames:v 6 -pix_fmt yuv422p10le "${x264[@]}" ten-bits.mp4
make "${scene[@]}" -frames:v 6 -vf scale=out_color_matrix=bt709:out_range=full -pix_fmt yuv444p -colorspace bt709 -color_range pc "${x264[@]}" full-range.mp4
make "${scene[@]}" -frames:v 6 -vf scale=63:47 -pix_fmt yuv444p "${x264[@]}" odd.mp4
for angle in 90 180 270; do ffmpeg -hide_banner -loglevel error -y -i full-range.mp4 -c copy -fflags +bitexact -metadata:s:v rotate=$angle turned-$angle.mp4; done
make "${scene[@]}" "${scene[@]}" -map 0 -map 1 -frames:v 2 "${x264[@]}" two-videos.mp4
make "${scene[@]}" -frames:v 8 -flags +ildct+ilme "${x264[@]}" -x264opts tff=1 interlaced.mp4 # each pair of macroblocks may be of frames or of fields
make -f lavfi -i "testsrc2=size=64x32:rate=24:duration=0.75" -vf noise=alls=24:allf=t:all_seed=7 -c:v libx264 -profile:v main -crf 30 -threads 1 \
    -x264opts cabac=0:bframes=0:ref=1:weightp=0:8x8dct=0:keyint=infinite:scenecut=0 whole.h264
./fields.py whole.h264 fields.h264 # x264 writes no pictures of one field
make -r 24 -i fields.h264 -c copy fields.mp4
make -r 24 -fflags +genpts -i fields.h264 -c copy fields.ts
rm whole.h264
make "${scene[@]}" -frames:v 2 -c:v mpeg4 mpeg4.avi
make "${tone[@]}" -c:a aac -b:a 16k sound.mp4

for file in *.mp4 *.ts *.h26? *.mkv *.webm *.avi; do
    case $file in two-videos.* | mpeg4.* | sound.*) continue ;; *.h26?) rate=(-r 12) ;; *) rate=() ;; esac
    ffmpeg -hide_banner -loglevel error -y "${rate[@]}" -i "$file" -an -map 0:v -pix_fmt rgb24 -vsync passthrough -enc_time_base -1 -f framehash "$file.frames"
done

#!/usr/bin/env bash
# Makes the sound tracks of these tests, and the samples that the program ffmpeg decodes of each, as floats. Made with ffmpeg 5.1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
make() { ffmpeg -hide_banner -loglevel error -y "${@:1:$#-1}" -fflags +bitexact -flags +bitexact -map_metadata -1 "${@: -1}"; }
scene=(-f lavfi -i "testsrc2=size=32x16:rate=10:duration=0.5")
tone=(-f lavfi -i "aevalsrc=0.4*sin(2*PI*(200+900*t)*t):s=8000:d=0.5")
pair=(-f lavfi -i "aevalsrc=0.4*sin(2*PI*330*t)|0.3*sin(2*PI*550*t):s=8000:d=0.5")
x264=(-c:v libx264 -g 5 -bf 2 -crf 40)
aac=(-c:a aac -b:a 16k)

make "${scene[@]}" "${tone[@]}" "${x264[@]}" "${aac[@]}" aac.mp4
make "${scene[@]}" "${pair[@]}" "${x264[@]}" "${aac[@]}" stereo.mp4
make "${scene[@]}" "${tone[@]}" "${x264[@]}" "${aac[@]}" -movflags frag_keyframe+empty_moov+default_base_moof+delay_moov fragmented.mp4
make "${scene[@]}" -itsoffset 0.25 "${tone[@]}" "${x264[@]}" "${aac[@]}" -output_ts_offset 95443 late.ts
make "${scene[@]}" "${tone[@]}" "${x264[@]}" "${aac[@]}" aac.mkv
make "${tone[@]}" "${aac[@]}" alone.m4a
make "${tone[@]}" "${aac[@]}" alone.aac
make "${scene[@]}" "${tone[@]}" "${x264[@]}" -c:a libmp3lame -b:a 16k mp3.ts
make "${scene[@]}" "${tone[@]}" "${x264[@]}" -ar 16000 -c:a mp2 -b:a 32k mp2.ts
make "${scene[@]}" "${tone[@]}" "${x264[@]}" -ar 32000 -t 0.2 -c:a ac3 -b:a 64k ac3.ts
make "${scene[@]}" "${tone[@]}" "${x264[@]}" -c:a flac flac.mkv
make "${scene[@]}" "${tone[@]}" "${tone[@]}" "${x264[@]}" "${aac[@]}" -map 0 -map 1 -map 2 two-sounds.mp4
make "${scene[@]}" "${x264[@]}" silent.mp4
make "${tone[@]}" "${aac[@]}" -af "asetpts='if(gte(T,0.25),PTS+0.3/TB,PTS)'" gap.mkv

for file in aac.mp4 stereo.mp4 fragmented.mp4 late.ts aac.mkv alone.m4a alone.aac mp3.ts mp2.ts ac3.ts; do
    ffmpeg -hide_banner -loglevel error -y -i "$file" -map 0:a -f f32le "$file.f32"
done

#!/usr/bin/env bash
# Makes the point clouds of this folder. Needs Debian's pcl-tools and python3.
# Point i of 96 is (0.25 i - 3, 1 - 0.5 i, i * i) with intensity i / 8 and the colour (i, 2 i, 255 - i); each seventh one is an invalid return.
set -euo pipefail
cd "$(dirname "$0")"
python3 - <<'PY'
import struct
rows = []
for i in range(96):
    rgb = struct.unpack("<f", struct.pack("<I", i << 16 | 2 * i << 8 | 255 - i))[0]
    xyz = ("nan", "nan", "nan") if i % 7 == 6 else (0.25 * i - 3, 1 - 0.5 * i, i * i)
    rows.append(f"{xyz[0]} {xyz[1]} {xyz[2]} {rgb!r} {i / 8}")
head = """# .PCD v0.7 - Point Cloud Data file format
VERSION 0.7
FIELDS x y z rgb intensity
SIZE 4 4 4 4 4
TYPE F F F F F
COUNT 1 1 1 1 1
WIDTH 12
HEIGHT 8
VIEWPOINT 0 0 0 1 0 0 0
POINTS 96
DATA ascii
"""
open("ascii.pcd", "w").write(head + "\n".join(rows) + "\n")
PY
pcl_convert_pcd_ascii_binary ascii.pcd binary.pcd 1
pcl_convert_pcd_ascii_binary ascii.pcd compressed.pcd 2
pcl_pcd2ply -format 0 -use_camera 0 ascii.pcd ascii.ply
pcl_pcd2ply -format 1 -use_camera 0 ascii.pcd binary.ply

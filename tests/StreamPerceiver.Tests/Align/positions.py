"""Prints metres east, north and up of positions from others, by PROJ (Debian's python3-pyproj): the golden values of PositionTests."""
from pyproj import Transformer

PAIRS = [
    ((48.1372, 11.5756, 520.0), (48.1375, 11.5760, 521.5)),
    ((48.1372, 11.5756, 520.0), (48.1372000001, 11.5756000001, 520.0)),
    ((-33.8568, 151.2153, 5.0), (-33.9, 151.1, 900.0)),
    ((10.0, 179.9999, 0.0), (10.0001, -179.9999, 0.0)),
    ((10.0, 359.9999, 0.0), (10.0, 0.0001, 0.0)),
    ((89.9999, 30.0, 10.0), (89.9999, -150.0, 10.0)),
    ((90.0, 0.0, 0.0), (89.999, 90.0, 0.0)),
    ((0.0, 0.0, 0.0), (1.0, 2.0, 10000.0)),
]
for (lat0, lon0, h0), (lat, lon, h) in PAIRS:
    to = Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart +ellps=WGS84"
        f" +step +proj=topocentric +ellps=WGS84 +lon_0={lon0} +lat_0={lat0} +h_0={h0}")
    east, north, up = to.transform(lon, lat, h)
    print(f"    [InlineData({lat0}, {lon0}, {h0}, {lat}, {lon}, {h}, {east:.9g}, {north:.9g}, {up:.9g})]")

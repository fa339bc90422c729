namespace StreamPerceiver.Modalities;

/// <summary>
/// The plane with east, north and up that touches the earth (WGS 84) at an origin: degrees become earth-centred coordinates, and these metres from the
/// origin (EPSG methods 9602 and 9837).
/// </summary>
internal sealed class LocalPlane
{
    private const double Radius = 6_378_137; // at the equator, in metres
    private const double Flattening = 1 / 298.257223563;
    private const double SquaredEccentricity = Flattening * (2 - Flattening);

    private readonly (double X, double Y, double Z) _origin;
    private readonly double _sinLatitude, _cosLatitude, _sinLongitude, _cosLongitude;

    /// <summary>Makes the plane of an origin.</summary>
    /// <param name="latitude">Latitude in degrees.</param>
    /// <param name="longitude">Longitude in degrees.</param>
    /// <param name="height">Height above the ellipsoid, in metres.</param>
    public LocalPlane(double latitude, double longitude, double height)
    {
        _origin = ToEarthCentred(latitude, longitude, height);
        (_sinLatitude, _cosLatitude) = Math.SinCos(double.DegreesToRadians(latitude));
        (_sinLongitude, _cosLongitude) = Math.SinCos(double.DegreesToRadians(longitude));
    }

    /// <summary>Converts a place to metres from the origin.</summary>
    /// <param name="latitude">Latitude in degrees.</param>
    /// <param name="longitude">Longitude in degrees.</param>
    /// <param name="height">Height above the ellipsoid, in metres.</param>
    public (double East, double North, double Up) ToMetres(double latitude, double longitude, double height)
    {
        (double x, double y, double z) = ToEarthCentred(latitude, longitude, height);
        (x, y, z) = (x - _origin.X, y - _origin.Y, z - _origin.Z);
        double outwards = _cosLongitude * x + _sinLongitude * y;
        return (
            _cosLongitude * y - _sinLongitude * x,
            _cosLatitude * z - _sinLatitude * outwards,
            _cosLatitude * outwards + _sinLatitude * z);
    }

    private static (double X, double Y, double Z) ToEarthCentred(double latitude, double longitude, double height)
    {
        (double sinLatitude, double cosLatitude) = Math.SinCos(double.DegreesToRadians(latitude));
        (double sinLongitude, double cosLongitude) = Math.SinCos(double.DegreesToRadians(longitude));
        double normal = Radius / Math.Sqrt(1 - SquaredEccentricity * sinLatitude * sinLatitude);
        double fromAxis = (normal + height) * cosLatitude;
        return (fromAxis * cosLongitude, fromAxis * sinLongitude, (normal * (1 - SquaredEccentricity) + height) * sinLatitude);
    }
}

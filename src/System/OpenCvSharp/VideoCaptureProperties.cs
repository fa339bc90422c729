namespace OpenCvSharp;

/// <summary>What can be asked of a video.</summary>
public enum VideoCaptureProperties
{
    PosMsec = 0,
    PosFrames = 1,
    PosAviRatio = 2,
    FrameWidth = 3,
    FrameHeight = 4,
    Fps = 5,
    FourCC = 6,
    FrameCount = 7,
    Format = 8,
    ConvertRgb = 16,
    BufferSize = 38,
    SARNum = 40,
    SARDen = 41,
    Backend = 42,
    CodecPixelFormat = 46,
    BitRate = 47,
    OrientationMeta = 48,
    OrientationAuto = 49,
    HwAcceleration = 50,
}

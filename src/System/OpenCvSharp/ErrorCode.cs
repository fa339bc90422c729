namespace OpenCvSharp;

/// <summary>OpenCV's own numbers (opencv2/core/base.hpp).</summary>
public enum ErrorCode
{
    StsOk = 0,
    StsBackTrace = -1,
    StsError = -2,
    StsInternal = -3,
    StsNoMem = -4,
    StsBadArg = -5,
    StsBadFunc = -6,
    StsNoConv = -7,
    StsAutoTrace = -8,
    HeaderIsNull = -9,
    BadImageSize = -10,
    BadDataPtr = -12,
    BadStep = -13,
    BadDepth = -17,
    StsNullPtr = -27,
    StsBadSize = -201,
    StsObjectNotFound = -204,
    StsUnmatchedFormats = -205,
    StsBadFlag = -206,
    StsUnmatchedSizes = -209,
    StsUnsupportedFormat = -210,
    StsOutOfRange = -211,
    StsParseError = -212,
    StsNotImplemented = -213,
    StsAssert = -215,
}

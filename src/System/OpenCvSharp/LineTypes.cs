namespace OpenCvSharp;

/// <summary>How the edge of a drawn line is made.</summary>
public enum LineTypes
{
    Link8 = 8,
    Link4 = 4,
    AntiAlias = 16,
}

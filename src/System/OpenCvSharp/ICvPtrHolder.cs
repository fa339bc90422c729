namespace OpenCvSharp;

public interface ICvPtrHolder
{
    IntPtr CvPtr { get; }
}

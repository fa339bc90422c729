namespace OpenCvSharp;

public static partial class Cv2
{
    public static void Line(
        InputOutputArray img, int pt1X, int pt1Y, int pt2X, int pt2Y, Scalar color, int thickness = 1,
        LineTypes lineType = LineTypes.Link8, int shift = 0) =>
        Line(img, new Point(pt1X, pt1Y), new Point(pt2X, pt2Y), color, thickness, lineType, shift);

    public static void Line(
        InputOutputArray img, Point pt1, Point pt2, Scalar color, int thickness = 1, LineTypes lineType = LineTypes.Link8, int shift = 0)
    {
        Mat mat = OutputArray.Of(img, nameof(img));
        Native.Check(Native.Line(mat.CvPtr, pt1.X, pt1.Y, pt2.X, pt2.Y, color, thickness, (int)lineType, shift));
        GC.KeepAlive(mat);
        img.Fix();
    }

    public static void Rectangle(
        InputOutputArray img, Point pt1, Point pt2, Scalar color, int thickness = 1, LineTypes lineType = LineTypes.Link8, int shift = 0)
    {
        Rectangle(OutputArray.Of(img, nameof(img)), pt1, pt2, color, thickness, lineType, shift);
        img.Fix();
    }

    public static void Rectangle(
        InputOutputArray img, Rect rect, Scalar color, int thickness = 1, LineTypes lineType = LineTypes.Link8, int shift = 0)
    {
        Rectangle(OutputArray.Of(img, nameof(img)), rect, color, thickness, lineType, shift);
        img.Fix();
    }

    public static void Rectangle(
        Mat img, Rect rect, Scalar color, int thickness = 1, LineTypes lineType = LineTypes.Link8, int shift = 0)
    {
        ArgumentNullException.ThrowIfNull(img);
        Native.Check(Native.RectangleArea(img.CvPtr, rect.X, rect.Y, rect.Width, rect.Height, color, thickness, (int)lineType, shift));
        GC.KeepAlive(img);
    }

    public static void Rectangle(
        Mat img, Point pt1, Point pt2, Scalar color, int thickness = 1, LineTypes lineType = LineTypes.Link8, int shift = 0)
    {
        ArgumentNullException.ThrowIfNull(img);
        Native.Check(Native.Rectangle(img.CvPtr, pt1.X, pt1.Y, pt2.X, pt2.Y, color, thickness, (int)lineType, shift));
        GC.KeepAlive(img);
    }

    public static void Circle(
        InputOutputArray img, int centerX, int centerY, int radius, Scalar color, int thickness = 1,
        LineTypes lineType = LineTypes.Link8, int shift = 0) =>
        Circle(img, new Point(centerX, centerY), radius, color, thickness, lineType, shift);

    public static void Circle(
        InputOutputArray img, Point center, int radius, Scalar color, int thickness = 1, LineTypes lineType = LineTypes.Link8, int shift = 0)
    {
        Mat mat = OutputArray.Of(img, nameof(img));
        Native.Check(Native.Circle(mat.CvPtr, center.X, center.Y, radius, color, thickness, (int)lineType, shift));
        GC.KeepAlive(mat);
        img.Fix();
    }
}

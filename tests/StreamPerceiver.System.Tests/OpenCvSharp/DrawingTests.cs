using OpenCvSharp;

namespace StreamPerceiver.System.Tests.Images;

public class DrawingTests
{
    [Fact]
    public void Rectangle_Filled_CoversItsArea()
    {
        using var mat = new Mat(4, 5, MatType.CV_8UC1, Scalar.All(0));

        Cv2.Rectangle(mat, new Rect(1, 1, 3, 2), Scalar.White, Cv2.FILLED);

        Pictures.Bytes(mat).ToArray().ShouldBe(new byte[]
        {
            0, 0, 0, 0, 0,
            0, 255, 255, 255, 0,
            0, 255, 255, 255, 0,
            0, 0, 0, 0, 0,
        });
    }

    [Fact]
    public void Rectangle_ByPoints_DrawsItsEdge()
    {
        using var mat = new Mat(3, 3, MatType.CV_8UC1, Scalar.All(0));

        Cv2.Rectangle(mat, new Point(0, 0), new Point(2, 2), new Scalar(9));

        Pictures.Bytes(mat).ToArray().ShouldBe(new byte[] { 9, 9, 9, 9, 0, 9, 9, 9, 9 });
    }

    [Fact]
    public void Line_InColour_GoesFromPointToPoint()
    {
        using var mat = new Mat(1, 3, MatType.CV_8UC3, Scalar.All(0));

        Cv2.Line(mat, new Point(0, 0), new Point(1, 0), Scalar.Red);

        Pictures.Bytes(mat).ToArray().ShouldBe(new byte[] { 0, 0, 255, 0, 0, 255, 0, 0, 0 });
    }

    [Fact]
    public void Circle_Filled_LiesAroundItsCentre()
    {
        using var mat = new Mat(5, 5, MatType.CV_8UC1, Scalar.All(0));

        Cv2.Circle(mat, 2, 2, 1, Scalar.White, -1);

        byte[] bytes = Pictures.Bytes(mat).ToArray();
        bytes.Count(b => b == 255).ShouldBe(5);
        new[] { 7, 11, 12, 13, 17 }.ShouldAllBe(at => bytes[at] == 255);
    }

    [Fact]
    public void Line_ThatIsTooThick_Throws()
    {
        using var mat = new Mat(2, 2, MatType.CV_8UC1);

        Should.Throw<OpenCVException>(() => Cv2.Line(mat, 0, 0, 1, 1, Scalar.White, 100_000)).Message.ShouldContain("thickness");
    }
}

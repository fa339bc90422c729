using OpenCvSharp;

namespace StreamPerceiver.Model.Tests;

public sealed class BilinearResizeTests
{
    [Theory]
    [InlineData(240, 240, 224, 224)]
    [InlineData(720, 720, 224, 224)]
    [InlineData(448, 448, 224, 224)]
    [InlineData(101, 103, 224, 224)]
    [InlineData(224, 224, 224, 224)]
    [InlineData(1, 1, 5, 7)]
    [InlineData(2, 3, 31, 37)]
    [InlineData(37, 31, 3, 2)]
    [InlineData(61, 59, 1, 1)]
    public void Pixels_are_those_of_OpenCV(int height, int width, int newHeight, int newWidth)
    {
        byte[] image = Pictures.Noise(height, width, seed: height);
        byte[] expected = new byte[newHeight * newWidth * 3];
        using Mat source = Mat.FromPixelData(height, width, MatType.CV_8UC3, image);
        using Mat target = Mat.FromPixelData(newHeight, newWidth, MatType.CV_8UC3, expected);
        Cv2.Resize(source, target, new Size(newWidth, newHeight));

        byte[] resized = BilinearResize.Resize(image, height, width, newHeight, newWidth);

        resized.ShouldBe(expected);
    }
}

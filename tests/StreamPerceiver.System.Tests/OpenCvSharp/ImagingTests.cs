using OpenCvSharp;

namespace StreamPerceiver.System.Tests.Images;

public class ImagingTests
{
    [Theory]
    [InlineData(InterpolationFlags.Nearest, new byte[] { 0, 0, 100, 100 })]
    [InlineData(InterpolationFlags.Linear, new byte[] { 0, 25, 75, 100 })]
    public void Resize_Doubling_GivesTheKnownValues(InterpolationFlags how, byte[] expected)
    {
        using Mat source = Pictures.Row(0, 100), target = new();

        Cv2.Resize(source, target, new Size(4, 1), 0, 0, how);

        Pictures.Bytes(target).ToArray().ShouldBe(expected);
    }

    [Fact]
    public void Resize_ByFactorsWithArea_Averages()
    {
        using Mat source = Pictures.Row(10, 20, 30, 50), target = new();

        Cv2.Resize(source, target, new Size(), 0.5, 1, InterpolationFlags.Area);

        Pictures.Bytes(target).ToArray().ShouldBe(new byte[] { 15, 40 });
    }

    [Fact]
    public void Resize_EmptySource_ThrowsWhatOpenCvSays()
    {
        using Mat source = new(), target = new();

        OpenCVException error = Should.Throw<OpenCVException>(() => Cv2.Resize(source, target, new Size(2, 2)));

        error.Message.ShouldBe("!ssize.empty()");
        (error.Status, error.FuncName, error.FileName.EndsWith("resize.cpp", StringComparison.Ordinal)).ShouldBe((ErrorCode.StsAssert, "resize", true));
        error.Line.ShouldBePositive();
    }

    [Fact]
    public void Resize_AfterAFailure_WorksAgain()
    {
        using Mat source = Pictures.Row(7), target = new();
        Should.Throw<OpenCVException>(() => Cv2.Resize(source, target, new Size(-1, 2)));

        Cv2.Resize(source, target, new Size(1, 1));

        Pictures.Bytes(target).ToArray().ShouldBe(new byte[] { 7 });
    }

    [Fact]
    public void CvtColor_BgrToRgb_SwapsTheEnds()
    {
        using Mat source = new(1, 1, MatType.CV_8UC3, new Scalar(1, 2, 3)), target = new();

        Cv2.CvtColor(source, target, ColorConversionCodes.BGR2RGB);

        Pictures.Bytes(target).ToArray().ShouldBe(new byte[] { 3, 2, 1 });
    }

    [Theory]
    [InlineData(255, 0, 0, 29)]
    [InlineData(0, 255, 0, 150)]
    [InlineData(0, 0, 255, 76)]
    public void CvtColor_ToGrey_WeighsTheColours(int blue, int green, int red, byte grey)
    {
        using Mat source = new(1, 1, MatType.CV_8UC3, new Scalar(blue, green, red)), target = new();

        Cv2.CvtColor(source, target, ColorConversionCodes.BGR2GRAY);

        Pictures.Bytes(target).ToArray().ShouldBe(new[] { grey });
    }

    [Fact]
    public void CvtColor_WrongNumberOfChannels_Throws()
    {
        using Mat source = Pictures.Row(1), target = new();

        OpenCVException error = Should.Throw<OpenCVException>(() => Cv2.CvtColor(source, target, ColorConversionCodes.BGR2GRAY));

        error.Message.ShouldContain("Invalid number of channels in input image");
    }

    [Fact]
    public void OutputArray_IsGoodForOneCall()
    {
        using Mat source = Pictures.Row(1), target = new();
        OutputArray output = OutputArray.Create(target);
        Cv2.Resize(InputArray.Create(source), output, new Size(2, 2));

        Should.Throw<OpenCvSharpException>(() => Cv2.Resize(source, output, new Size(3, 3)));

        target.Size().ShouldBe(new Size(2, 2));
    }

    [Fact]
    public void SetNumThreads_IsWhatGetNumThreadsSays()
    {
        int before = Cv2.GetNumThreads();
        before.ShouldBePositive();

        Cv2.SetNumThreads(1);

        Cv2.GetNumThreads().ShouldBe(1);
        Cv2.SetNumThreads(before);
    }
}

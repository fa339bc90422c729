using OpenCvSharp;

namespace StreamPerceiver.System.Tests.Images;

public class VideoCaptureTests
{
    const string Video = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";

    [SkippableFact]
    public void NewVideoCapture_OfAFile_KnowsItsProperties()
    {
        using VideoCapture video = Open();

        (video.FrameWidth, video.FrameHeight, video.FrameCount, video.Fps).ShouldBe((768, 576, 795, 10.0));
        video.Get(VideoCaptureProperties.FrameWidth).ShouldBe(768);
    }

    [SkippableFact]
    public void Read_GivesFrameAfterFrame()
    {
        using VideoCapture video = Open();
        using Mat frame = new();
        var sums = new HashSet<long>();

        for (int n = 0; n < 10; n++)
        {
            video.Read(frame).ShouldBeTrue();
            (frame.Size(), frame.Type()).ShouldBe((new Size(768, 576), MatType.CV_8UC3));
            sums.Add(Sum(frame));
        }

        sums.Count.ShouldBe(10);
        video.PosFrames.ShouldBe(10);
    }

    [SkippableFact]
    public void Read_AfterTheLastFrame_SaysSo()
    {
        using VideoCapture video = Open();
        using Mat frame = new();
        int frames = 0;

        video.Set(VideoCaptureProperties.PosFrames, 780).ShouldBeTrue();
        while (video.Read(frame)) frames++;

        frames.ShouldBe(15);
        frame.Empty().ShouldBeTrue();
    }

    [Fact]
    public void NewVideoCapture_OfNoFile_IsNotOpen()
    {
        using var video = new VideoCapture("/nowhere/at-all.avi");
        using Mat frame = new();

        video.IsOpened().ShouldBeFalse();
        video.Read(frame).ShouldBeFalse();
    }

    [Fact]
    public void Read_AfterDispose_Throws()
    {
        var video = new VideoCapture("/nowhere/at-all.avi");
        video.Dispose();

        Should.Throw<ObjectDisposedException>(() => video.IsOpened());
    }

    static VideoCapture Open()
    {
        Skip.IfNot(File.Exists(Video), $"{Video} is not there: it comes with Debian's opencv-doc");
        var video = new VideoCapture(Video);
        video.IsOpened().ShouldBeTrue();
        return video;
    }

    static long Sum(Mat mat)
    {
        long sum = 0;
        foreach (byte value in Pictures.Bytes(mat)) sum = sum * 31 + value;
        return sum;
    }
}

using System.Runtime.InteropServices;
using OpenCvSharp;

namespace StreamPerceiver.System.Tests.Images;

public class MatTests
{
    [Fact]
    public void NewMat_KnowsItsShape()
    {
        using var mat = new Mat(3, 5, MatType.CV_32FC3);

        (mat.Rows, mat.Cols, mat.Height, mat.Width, mat.Channels(), mat.Depth()).ShouldBe((3, 5, 3, 5, 3, MatType.CV_32F));
        (mat.ElemSize(), mat.Step(), mat.Total(), mat.IsContinuous(), mat.Empty()).ShouldBe((12, 60L, 15L, true, false));
        mat.Size().ShouldBe(new Size(5, 3));
    }

    [Fact]
    public void NewMat_WithoutSize_IsEmpty()
    {
        using var mat = new Mat();

        (mat.Empty(), mat.Rows, mat.Cols, mat.Total(), mat.Data).ShouldBe((true, 0, 0, 0L, 0));
    }

    [Fact]
    public void NewMat_WithScalar_IsFilled()
    {
        using var mat = new Mat(new Size(2, 1), MatType.CV_8UC3, new Scalar(1, 2, 300));

        Pictures.Bytes(mat).ToArray().ShouldBe(new byte[] { 1, 2, 255, 1, 2, 255 });
    }

    [Fact]
    public void NewMat_OfNegativeSize_Throws() => Should.Throw<OpenCVException>(() => new Mat(-1, 2, MatType.CV_8UC1));

    [Fact]
    public void FromPixelData_LiesOverTheArray()
    {
        byte[] bytes = [1, 2, 3, 4, 5, 6];
        using Mat mat = Mat.FromPixelData(2, 2, MatType.CV_8UC1, bytes, 3);

        bytes[4] = 50;

        mat.GetArray(out byte[] seen).ShouldBeTrue();
        seen.ShouldBe(new byte[] { 1, 2, 4, 50 });
        mat.IsContinuous().ShouldBeFalse();
    }

    [Fact]
    public void FromPixelData_OverAPointer_Shares()
    {
        float[] values = [1, 2];
        GCHandle pin = GCHandle.Alloc(values, GCHandleType.Pinned);
        using (Mat mat = Mat.FromPixelData(1, 2, MatType.CV_32FC1, pin.AddrOfPinnedObject()))
        {
            mat.Data.ShouldBe(pin.AddrOfPinnedObject());
            mat.SetArray(3f, 4f).ShouldBeTrue();
        }

        pin.Free();
        values.ShouldBe(new[] { 3f, 4f });
    }

    [Fact]
    public void FromPixelData_StepShorterThanARow_Throws() =>
        Should.Throw<OpenCVException>(() => Mat.FromPixelData(2, 4, MatType.CV_8UC1, new byte[8], 3));

    [Fact]
    public void Clone_IsAnotherMatrix()
    {
        using Mat mat = Pictures.Row(1, 2);
        using Mat copy = mat.Clone();

        Pictures.Bytes(mat)[0] = 9;

        Pictures.Bytes(copy).ToArray().ShouldBe(new byte[] { 1, 2 });
    }

    [Fact]
    public void GetArray_OfAnotherDepth_Throws()
    {
        using Mat mat = Pictures.Row(1, 2);

        Should.Throw<OpenCvSharpException>(() => mat.GetArray(out float[] _));
    }

    [Fact]
    public void GetArray_OfThreeChannelsAsBytes_Throws()
    {
        using var mat = new Mat(1, 3, MatType.CV_8UC3);

        Should.Throw<OpenCvSharpException>(() => mat.GetArray(out byte[] _));
    }

    [Fact]
    public void Dispose_Twice_IsFine_AndUseAfterItThrows()
    {
        var mat = new Mat(1, 1, MatType.CV_8UC1);

        mat.Dispose();
        mat.Dispose();

        mat.IsDisposed.ShouldBeTrue();
        Should.Throw<ObjectDisposedException>(() => mat.Data);
        Should.Throw<ObjectDisposedException>(() => mat.Clone());
        Should.Throw<ObjectDisposedException>(() => Cv2.ImDecode(mat, ImreadModes.Color));
    }

    [Fact]
    public void MatType_PacksDepthAndChannels()
    {
        MatType.CV_32FC3.Value.ShouldBe(21);
        MatType.CV_32FC3.ToString().ShouldBe("CV_32FC3");
        MatType.CV_8UC(6).ToString().ShouldBe("CV_8UC(6)");
        (MatType.CV_16SC1 == 3).ShouldBeTrue();
        MatType.FromInt32(16).ShouldBe(MatType.CV_8UC3);
        Should.Throw<OpenCvSharpException>(() => MatType.CV_8UC(512));
    }
}

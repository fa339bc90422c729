using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Tests.Torch;

public class DataTests
{
    [Fact]
    public void Tensor_FromAnArray_CopiesIt()
    {
        float[] source = [2, 3, 5];
        using Tensor t = tensor(source);
        source[0] = 99;
        t.data<float>().ToArray().ShouldBe([2, 3, 5]);
    }

    [Fact]
    public void FromArray_OfATwoDimensionalArray_SharesItsMemory()
    {
        float[,] source = { { 1, 2, 3 }, { 4, 5, 6 } };
        using Tensor t = from_array(source);
        t.shape.ShouldBe([2, 3]);
        source[1, 2] = 99;
        t.data<float>()[1, 2].ShouldBe(99);
    }

    [Fact]
    public void Frombuffer_WithOffset_SharesFromThere()
    {
        long[] source = [2, 3, 5, 7];
        using Tensor t = frombuffer(source, ScalarType.Int64, count: 2, offset: 1);
        t.data<long>().ToArray().ShouldBe([3, 5]);
        t.fill_(0);
        source.ShouldBe([2, 0, 0, 7]);
    }

    [Fact]
    public void Tensor_EveryElementType_ComesBackAsItWas()
    {
        using DisposeScope scope = NewDisposeScope();
        tensor(new[] { 1.5, -2 }).data<double>().ToArray().ShouldBe([1.5, -2]);
        tensor(new[] { 1L << 40, -2 }).data<long>().ToArray().ShouldBe([1L << 40, -2]);
        tensor(new[] { int.MinValue, 7 }).data<int>().ToArray().ShouldBe([int.MinValue, 7]);
        tensor(new byte[] { 0, 255 }).data<byte>().ToArray().ShouldBe([0, 255]);
        tensor(new[] { true, false }).data<bool>().ToArray().ShouldBe([true, false]);
        tensor(new float[] { 1, 2, 3, 4, 5, 6 }, [3, 2]).shape.ShouldBe([3, 2]);
        tensor(new float[] { 1, 2 }, dtype: ScalarType.Int64).data<long>().ToArray().ShouldBe([1, 2]);
        tensor(2.5f).ToSingle().ShouldBe(2.5f);
        tensor(7L).item<long>().ShouldBe(7);
    }

    [Fact]
    public void Factories_WithoutAType_AreFloat32AndWholeRangesAreInt64()
    {
        using DisposeScope scope = NewDisposeScope();
        zeros(2, 3).dtype.ShouldBe(ScalarType.Float32);
        ones(5).data<float>().ToArray().ShouldBe([1, 1, 1, 1, 1]);
        full([2L], 7.5).data<float>().ToArray().ShouldBe([7.5f, 7.5f]);
        empty(2, 3, 5).shape.ShouldBe([2, 3, 5]);
        arange(5).data<long>().ToArray().ShouldBe([0, 1, 2, 3, 4]);
        arange(1.0, 2.0, 0.5).data<float>().ToArray().ShouldBe([1, 1.5f]);
        ones_like(zeros(3, dtype: int32)).data<int>().ToArray().ShouldBe([1, 1, 1]);
    }

    [Fact]
    public void BFloat16_ThereAndBack_KeepsEightBitsOfTheNumber()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new float[] { 1, -0.5f, 3.140625f, 1.0009765625f, 65536 });
        Tensor half = x.to(ScalarType.BFloat16);
        half.dtype.ShouldBe(ScalarType.BFloat16);
        half.bytes.Length.ShouldBe(10);
        half.to(ScalarType.Float32).data<float>().ToArray().ShouldBe([1, -0.5f, 3.140625f, 1, 65536]);
        half[4].ToSingle().ShouldBe(65536);
    }

    [Fact]
    public void Data_OfBFloat16OrOfAnotherType_Throws()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = zeros(3);
        Should.Throw<ArgumentException>(() => x.bfloat16().data<float>());
        Should.Throw<ArgumentException>(() => x.data<double>());
        Should.Throw<ArgumentException>(() => x.item<float>());
    }

    [Fact]
    public void Bytes_ReadAndWritten_AreTheTensorsOwnMemory()
    {
        using Tensor x = tensor(new float[] { 1, 2 });
        BitConverter.ToSingle(x.bytes[4..]).ShouldBe(2);
        BitConverter.TryWriteBytes(x.bytes, 7f).ShouldBeTrue();
        x.data<float>().ToArray().ShouldBe([7, 2]);
    }

    [Fact]
    public void Accessor_ReadsWritesAndCopiesInBothDirections()
    {
        using Tensor x = zeros(2, 3);
        var data = x.data<float>();
        data.CopyFrom([1, 2, 3, 4, 5, 6]);
        data[1, 0].ShouldBe(4);
        data[1, 0] = 40;
        data.ShouldBe([1, 2, 3, 40, 5, 6]);
        float[] target = new float[6];
        data.CopyTo(target);
        target[3].ShouldBe(40);
    }

    [Fact]
    public void To_SameTypeWithCopy_IsAnotherMemory()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ones(2);
        Tensor copied = x.to(ScalarType.Float32, copy: true);
        x.zero_();
        copied.data<float>().ToArray().ShouldBe([1, 1]);
        copied.to(ScalarType.Int32, disposeAfter: true).data<int>().ToArray().ShouldBe([1, 1]);
        copied.IsInvalid.ShouldBeTrue();
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Tests.Torch;

public class ShapeTests
{
    static Tensor Counting(params long[] shape) => arange(shape.Aggregate(1L, (a, b) => a * b), dtype: float32).reshape(shape);

    static float[] Floats(Tensor t) => t.data<float>().ToArray();

    [Fact]
    public void Properties_OfATwoByThreeByFive_AreThose()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Counting(2, 3, 5);
        x.shape.ShouldBe([2, 3, 5]);
        x.size(-1).ShouldBe(5);
        x.numel().ShouldBe(30);
        x.NumberOfElements.ShouldBe(30);
        x.dim().ShouldBe(3);
        x.ndim.ShouldBe(3);
        x.stride().ShouldBe([15, 5, 1]);
        x.dtype.ShouldBe(ScalarType.Float32);
        x.device.type.ShouldBe(DeviceType.CPU);
        x.is_cpu().ShouldBeTrue();
        x.ToString().ShouldBe("[2x3x5], type = Float32, device = cpu");
    }

    [Fact]
    public void PermuteAndTranspose_MoveElements_AndToArrayReadsThemInTheNewOrder()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Counting(2, 3);
        Tensor y = x.transpose(0, 1);
        y.is_contiguous().ShouldBeFalse();
        Floats(y).ShouldBe([0, 3, 1, 4, 2, 5]);
        y.contiguous().is_contiguous().ShouldBeTrue();
        Floats(y.contiguous()).ShouldBe([0, 3, 1, 4, 2, 5]);
        Counting(2, 3, 5).permute(2, 0, 1).shape.ShouldBe([5, 2, 3]);
    }

    [Fact]
    public void View_SharesMemory_AndCloneDoesNot()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Counting(2, 3);
        Tensor copy = x.clone();
        x.view(6).fill_(7);
        Floats(x).ShouldBe([7, 7, 7, 7, 7, 7]);
        Floats(copy).ShouldBe([0, 1, 2, 3, 4, 5]);
    }

    [Fact]
    public void ShapeChanges_GiveTheShapesTheyName()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Counting(2, 3, 5);
        x.reshape(-1, 5).shape.ShouldBe([6, 5]);
        x.flatten().shape.ShouldBe([30]);
        x.flatten(0, 1).shape.ShouldBe([6, 5]);
        x.unsqueeze(-1).shape.ShouldBe([2, 3, 5, 1]);
        x.unsqueeze(0).squeeze().shape.ShouldBe([2, 3, 5]);
        x.unsqueeze(0).squeeze(0).shape.ShouldBe([2, 3, 5]);
        x.narrow(1, 1, 2).shape.ShouldBe([2, 2, 5]);
        x.select(2, 4).shape.ShouldBe([2, 3]);
        Counting(1, 3).expand(7, 3).shape.ShouldBe([7, 3]);
        x.repeat(2, 1, 1).shape.ShouldBe([4, 3, 5]);
    }

    [Fact]
    public void ChunkSplitAndUnbind_TogetherHoldEverything()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Counting(7, 2);
        x.chunk(3).Select(t => t.shape[0]).ShouldBe([3, 3, 1]);
        x.split(5).Select(t => t.shape[0]).ShouldBe([5, 2]);
        x.split([2, 5]).Select(t => t.shape[0]).ShouldBe([2, 5]);
        x.unbind().Length.ShouldBe(7);
        Floats(cat(x.chunk(3))).ShouldBe(Floats(x));
        Floats(stack(x.unbind())).ShouldBe(Floats(x));
    }

    [Fact]
    public void CatAndStack_JoinAlongTheDimension()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = tensor(new float[] { 1, 2 }), b = tensor(new float[] { 3, 4 });
        Floats(cat([a, b])).ShouldBe([1, 2, 3, 4]);
        stack([a, b], 1).shape.ShouldBe([2, 2]);
        Floats(stack([a, b], 1)).ShouldBe([1, 3, 2, 4]);
    }

    [Fact]
    public void Index_NumbersRangesAndEllipsis_PickTheSameAsByHand()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Counting(2, 3, 5);
        x[1, 2, 4].ToSingle().ShouldBe(29);
        Floats(x[1, 2]).ShouldBe([25, 26, 27, 28, 29]);
        Floats(x[TensorIndex.Ellipsis, TensorIndex.Single(0)]).ShouldBe([0, 5, 10, 15, 20, 25]);
        Floats(x[0, 1, TensorIndex.Slice(1, 5, 2)]).ShouldBe([6, 8]);
        x[.., 1..].shape.ShouldBe([2, 2, 5]);
        x[TensorIndex.Colon, TensorIndex.None].shape.ShouldBe([2, 1, 3, 5]);
        Floats(x[TensorIndex.Tensor(tensor(new long[] { 1 })), 0, 0]).ShouldBe([15]);
    }

    [Fact]
    public void Index_Assigned_ChangesThatPartOnly()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = zeros(2, 3);
        x[1] = tensor(new float[] { 2, 3, 5 });
        Floats(x).ShouldBe([0, 0, 0, 2, 3, 5]);
    }

    [Fact]
    public void IndexSelectAndGather_FollowTheirIndex()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Counting(2, 3);
        Floats(x.index_select(1, tensor(new long[] { 2, 0 }))).ShouldBe([2, 0, 5, 3]);
        Floats(x.gather(1, tensor(new long[] { 2, 1 }, 2, 1))).ShouldBe([2, 4]);
        Floats(x.slice(1, 0, 3, 2)).ShouldBe([0, 2, 3, 5]);
    }
}

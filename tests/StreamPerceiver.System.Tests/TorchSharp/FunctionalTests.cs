using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace StreamPerceiver.Tests.Torch;

public class FunctionalTests
{
    static float[] Floats(Tensor t) => t.data<float>().ToArray();

    [Fact]
    public void Gelu_IsTheExactOneThroughErf()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new float[] { 0.5f, -0.5f, 1, -1, 0 });
        float[] expected = [0.345731f, -0.154269f, 0.841345f, -0.158655f, 0];
        Floats(gelu(x)).ShouldBe(expected, 1e-6);
        Floats(x.gelu()).ShouldBe(expected, 1e-6);
    }

    [Fact]
    public void LayerNorm_DefaultEps_IsOneHundredThousandth()
    {
        using DisposeScope scope = NewDisposeScope();
        // Mean 0 and variance 1e-6 make eps dominate: 0.001 / sqrt(1e-6 + 1e-5).
        Tensor x = tensor(new float[] { 0.001f, -0.001f });
        Floats(layer_norm(x, [2])).ShouldBe([0.3015113f, -0.3015113f], 1e-5);
        Floats(layer_norm(x, [2], eps: 0)).ShouldBe([1, -1], 1e-4);
    }

    [Fact]
    public void LayerNorm_WeightAndBias_ScaleAndShiftTheNormalisedRow()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new float[] { 1, 2, 3, -6, 0, 6 }, 2, 3);
        Tensor y = layer_norm(x, [3], tensor(new float[] { 2, 3, 5 }), tensor(new float[] { 10, 20, 30 }));
        float s = 1.2247356f;
        Floats(y).ShouldBe([10 - 2 * s, 20, 30 + 5 * s, 10 - 2 * s, 20, 30 + 5 * s], 1e-3);
    }

    [Fact]
    public void Softmax_LastDimension_RowsSumToOne()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor y = softmax(arange(21, dtype: float32).reshape(3, 7).sin(), -1);
        Floats(y.sum(1)).ShouldBe([1, 1, 1], 1e-6);
        Floats(tensor(new float[] { 0, MathF.Log(3) }).softmax(0)).ShouldBe([0.25f, 0.75f], 1e-6);
    }

    [Fact]
    public void Linear_IsInputTimesTransposedWeightPlusBias()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new float[] { 1, 2, 3 }, 1, 3);
        Tensor w = tensor(new float[] { 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 2, 3, 5 }, 5, 3);
        Floats(linear(x, w)).ShouldBe([1, 2, 3, 6, 23]);
        Floats(linear(x, w, tensor(new float[] { 10, 20, 30, 40, 50 }))).ShouldBe([11, 22, 33, 46, 73]);
    }

    [Fact]
    public void Attention_AgreesWithTheFormulaWrittenOut()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor q = arange(42, dtype: float32).sin().reshape(2, 3, 7);
        Tensor k = arange(70, dtype: float32).cos().reshape(2, 5, 7);
        Tensor v = arange(110, dtype: float32).sin().reshape(2, 5, 11);
        Tensor expected = q.matmul(k.transpose(1, 2)).div(Math.Sqrt(7)).softmax(-1).matmul(v);
        Tensor actual = scaled_dot_product_attention(q, k, v);
        actual.shape.ShouldBe([2, 3, 11]);
        allclose(actual, expected, atol: 1e-6).ShouldBeTrue();
    }

    [Fact]
    public void Attention_BooleanMask_LooksOnlyWhereTheMaskIsTrue()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor q = ones(1, 2, 3), k = arange(15, dtype: float32).reshape(1, 5, 3);
        Tensor v = tensor(new float[] { 2, 3, 5, 7, 11 }, 1, 5, 1);
        Tensor mask = tensor(new[] { true, false, false, false, false, false, false, false, true, false }, 2, 5);
        Floats(scaled_dot_product_attention(q, k, v, attn_mask: mask)).ShouldBe([2, 7], 1e-6);
        Tensor added = tensor(new[] { float.NegativeInfinity, 0, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity }).expand(2, 5);
        Floats(scaled_dot_product_attention(q, k, v, attn_mask: added)).ShouldBe([3, 3], 1e-6);
    }

    [Fact]
    public void Attention_Causal_FirstQuerySeesOnlyTheFirstKey()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor q = ones(1, 3, 2), v = tensor(new float[] { 2, 4, 9 }, 1, 3, 1);
        Floats(scaled_dot_product_attention(q, q, v, is_casual: true)).ShouldBe([2, 3, 5], 1e-5);
        Should.Throw<ArgumentException>(() => scaled_dot_product_attention(q, q, v, attn_mask: ones(3, 3), is_casual: true));
    }

    [Fact]
    public void Conv2d_KnownKernel_GivesTheSumsByHand()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = arange(15, dtype: float32).reshape(1, 1, 3, 5);
        Tensor w = ones(1, 1, 2, 2);
        Floats(conv2d(x, w, strides: [1, 2])).ShouldBe([12, 20, 32, 40]);
        conv2d(x, w, padding: [1, 1]).shape.ShouldBe([1, 1, 4, 6]);
        Floats(conv2d(x, w, tensor(new float[] { 100 }), strides: [2, 2])).ShouldBe([112, 120]);
    }

    [Fact]
    public void MaxPool2d_KernelThreeStrideTwoPaddingOne_TakesTheLargestNeighbour()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = arange(15, dtype: float32).reshape(1, 1, 3, 5);
        Floats(max_pool2d(x, 3, 2, 1)).ShouldBe([6, 8, 9, 11, 13, 14]);
        Floats(max_pool2d(x, [3, 3], [2, 2], [1, 1])).ShouldBe([6, 8, 9, 11, 13, 14]);
    }

    [Fact]
    public void BatchNorm_RunningStatistics_NormaliseEachChannel()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new float[] { 3, 5, 7, 11 }, 1, 2, 1, 2);
        Tensor y = batch_norm(
            x, tensor(new float[] { 1, 1 }), tensor(new float[] { 4, 9 }), tensor(new float[] { 2, 3 }), tensor(new float[] { 10, 20 }), eps: 0);
        Floats(y).ShouldBe([12, 14, 26, 30], 1e-5);
    }

    [Fact]
    public void OneHot_SetsTheClassOfEachRow()
    {
        using DisposeScope scope = NewDisposeScope();
        one_hot(tensor(new long[] { 2, 0 }), 3).data<long>().ToArray().ShouldBe([0, 0, 1, 1, 0, 0]);
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Tests.Torch;

public class ArithmeticTests
{
    static float[] Floats(Tensor t) => t.data<float>().ToArray();

    [Fact]
    public void Operators_TensorAndNumberOnEitherSide_GiveTheWrittenResult()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = tensor(new float[] { 2, 3, 5 });
        Tensor b = tensor(new float[] { 7, 11, 13 });
        Floats(a + b).ShouldBe([9, 14, 18]);
        Floats(b - a).ShouldBe([5, 8, 8]);
        Floats(a * b).ShouldBe([14, 33, 65]);
        Floats(b / a).ShouldBe([3.5f, 11f / 3, 2.6f], 1e-6);
        Floats(-a).ShouldBe([-2, -3, -5]);
        Floats(10 - a).ShouldBe([8, 7, 5]);
        Floats(30 / a).ShouldBe([15, 10, 6], 1e-5);
        Floats(a * 0.5f + 1).ShouldBe([2, 2.5f, 3.5f]);
    }

    [Fact]
    public void InPlace_ChangesTheTensorItselfAndReturnsIt()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = tensor(new float[] { 2, 3, 5 });
        a.add_(1).mul_(2).sub_(tensor(new float[] { 1, 1, 2 })).div_(5).ShouldBeSameAs(a);
        Floats(a).ShouldBe([1, 1.4f, 2], 1e-6);
        Floats(a.fill_(7)).ShouldBe([7, 7, 7]);
        Floats(a.zero_()).ShouldBe([0, 0, 0]);
    }

    [Fact]
    public void Add_WithAlpha_ScalesTheSecondOperand()
    {
        using DisposeScope scope = NewDisposeScope();
        Floats(tensor(new float[] { 1, 2 }).add(tensor(new float[] { 10, 20 }), 0.5)).ShouldBe([6, 12]);
    }

    [Fact]
    public void Div_WithRounding_FloorsDownwardsAndTruncatesTowardsZero()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = tensor(new float[] { -7, 7 });
        Floats(a.div(2, RoundingMode.floor)).ShouldBe([-4, 3]);
        Floats(a.div(2, RoundingMode.trunc)).ShouldBe([-3, 3]);
    }

    [Fact]
    public void Unary_KnownArguments_GiveKnownValues()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new double[] { 0.25, 1, 4 });
        x.exp().data<double>().ToArray().ShouldBe([1.2840254166877414, 2.718281828459045, 54.598150033144236], 1e-12);
        x.log().data<double>().ToArray().ShouldBe([-1.3862943611198906, 0, 1.3862943611198906], 1e-12);
        x.sqrt().data<double>().ToArray().ShouldBe([0.5, 1, 2], 1e-15);
        x.rsqrt().data<double>().ToArray().ShouldBe([2, 1, 0.5], 1e-15);
        x.sin().data<double>().ToArray().ShouldBe([0.24740395925452294, 0.8414709848078965, -0.7568024953079282], 1e-12);
        x.cos().data<double>().ToArray().ShouldBe([0.9689124217106447, 0.5403023058681398, -0.6536436208636119], 1e-12);
        x.erf().data<double>().ToArray().ShouldBe([0.2763263901682369, 0.8427007929497149, 0.9999999845827421], 1e-12);
        x.pow(2).data<double>().ToArray().ShouldBe([0.0625, 1, 16], 1e-15);
        (-x).abs().data<double>().ToArray().ShouldBe([0.25, 1, 4]);
    }

    [Fact]
    public void Matmul_TwoByThreeTimesThreeByFive_IsTheProductByHand()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = tensor(new float[] { 1, 2, 3, 4, 5, 6 }, 2, 3);
        Tensor b = arange(15, dtype: float32).reshape(3, 5);
        float[] expected = [40, 46, 52, 58, 64, 85, 100, 115, 130, 145];
        a.matmul(b).shape.ShouldBe([2, 5]);
        Floats(a.matmul(b)).ShouldBe(expected);
        Floats(a.mm(b)).ShouldBe(expected);
        Floats(a.unsqueeze(0).bmm(b.unsqueeze(0))).ShouldBe(expected);
        Floats(zeros(2, 5).add_(1).addmm(a, b, beta: 2, alpha: 1)).ShouldBe(expected.Select(v => v + 2));
    }

    [Fact]
    public void Reductions_OverAllAndOverADimension_GiveTheValuesByHand()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new float[] { 3, 1, 2, 7, 5, 11 }, 2, 3);
        x.sum().ToSingle().ShouldBe(29);
        Floats(x.sum(0L)).ShouldBe([10, 6, 13]);
        x.sum(1, keepdim: true).shape.ShouldBe([2, 1]);
        Floats(x.mean([1])).ShouldBe([2, 23f / 3], 1e-5);
        Floats(x.amax(1)).ShouldBe([3, 11]);
        x.max().ToSingle().ShouldBe(11);
        x.argmax().ToInt64().ShouldBe(5);
        x.argmax(1).data<long>().ToArray().ShouldBe([0, 2]);
        (Tensor values, Tensor indexes) = x.topk(2);
        Floats(values).ShouldBe([3, 2, 11, 7]);
        indexes.data<long>().ToArray().ShouldBe([0, 2, 2, 0]);
        Floats(x.var(1)).ShouldBe([1, 28f / 3], 1e-5);
        Floats(x.std(1, unbiased: false)).ShouldBe([0.8164966f, 2.494438f], 1e-5);
    }

    [Fact]
    public void Comparisons_GiveBooleansThatAllAndAnyReduce()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new float[] { 2, 3, 5 });
        x.gt(2).data<bool>().ToArray().ShouldBe([false, true, true]);
        (x <= 3).data<bool>().ToArray().ShouldBe([true, true, false]);
        (3 < x).data<bool>().ToArray().ShouldBe([false, false, true]);
        x.eq(tensor(new float[] { 2, 0, 5 })).logical_not().data<bool>().ToArray().ShouldBe([false, true, false]);
        x.ne(3).all().ToBoolean().ShouldBeFalse();
        x.ne(3).any().ToBoolean().ShouldBeTrue();
    }

    [Fact]
    public void IsNanAndIsFinite_TellTheSpecialValuesApart()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new[] { 1f, float.NaN, float.PositiveInfinity });
        x.isnan().data<bool>().ToArray().ShouldBe([false, true, false]);
        x.isfinite().data<bool>().ToArray().ShouldBe([true, false, false]);
    }

    [Fact]
    public void MaskedFillAndWhere_TakeTheOtherValueUnderTheMask()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new float[] { 2, 3, 5 });
        Tensor mask = tensor(new[] { true, false, true });
        Floats(x.masked_fill(mask, -1)).ShouldBe([-1, 3, -1]);
        Floats(where(mask, x, zeros_like(x))).ShouldBe([2, 0, 5]);
        Floats(x.masked_fill_(mask, 0)).ShouldBe([0, 3, 0]);
    }

    [Fact]
    public void Allclose_IsTrueWithinTheToleranceOnly()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new float[] { 1, 2 });
        allclose(x, x + 1e-6f).ShouldBeTrue();
        allclose(x, x + 1e-2f).ShouldBeFalse();
        allclose(x, x + 1e-2f, atol: 0.1).ShouldBeTrue();
    }

    [Fact]
    public void ManualSeed_SameSeed_RepeatsTheNumbers()
    {
        using DisposeScope scope = NewDisposeScope();
        using var one = new Generator(17);
        using var other = new Generator(17);
        Floats(randn(5, generator: one)).ShouldBe(Floats(randn(5, generator: other)));
        Floats(rand(5, generator: one)).ShouldAllBe(v => v >= 0 && v < 1);
    }
}

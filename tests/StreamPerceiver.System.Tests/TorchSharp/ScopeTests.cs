using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Tests.Torch;

public class ScopeTests
{
    [Fact]
    public void Scope_Disposed_DisposesWhatWasMadeInItAndOnlyThat()
    {
        using Tensor outside = ones(2);
        Tensor inside, detached;
        using (DisposeScope scope = NewDisposeScope())
        {
            inside = outside + 1;
            detached = (outside + 2).DetachFromDisposeScope();
            scope.Contains(inside).ShouldBeTrue();
            scope.Contains(outside).ShouldBeFalse();
        }
        inside.IsInvalid.ShouldBeTrue();
        outside.IsInvalid.ShouldBeFalse();
        detached.IsInvalid.ShouldBeFalse();
        detached.Dispose();
    }

    [Fact]
    public void MoveToOuter_KeepsTheResultUntilTheOuterScopeEnds()
    {
        Tensor result, unnamed;
        using (DisposeScope outer = NewDisposeScope())
        {
            using (DisposeScope inner = NewDisposeScope())
            {
                unnamed = ones(2);
                result = inner.MoveToOuter(unnamed + 1);
                inner.DisposablesCount.ShouldBe(1);
            }
            unnamed.IsInvalid.ShouldBeTrue();
            result.data<float>().ToArray().ShouldBe([2, 2]);
            outer.DisposablesCount.ShouldBe(1);
        }
        result.IsInvalid.ShouldBeTrue();
    }

    [Fact]
    public void MoveToOuter_WithoutAnOuterScope_LeavesTheTensorToItsUser()
    {
        Tensor result;
        using (NewDisposeScope()) result = ones(2).MoveToOuterDisposeScope();
        result.IsInvalid.ShouldBeFalse();
        result.Dispose();
        result.IsInvalid.ShouldBeTrue();
    }

    [Fact]
    public void Attach_AndDisposeEverythingBut_FollowTheList()
    {
        Tensor kept = ones(2), attached = ones(2);
        using (DisposeScope scope = NewDisposeScope())
        {
            scope.Attach(kept, attached);
            scope.DisposeEverythingBut(kept);
            attached.IsInvalid.ShouldBeTrue();
            kept.IsInvalid.ShouldBeFalse();
        }
        kept.IsInvalid.ShouldBeTrue();
    }

    [Fact]
    public void Scope_DisposedWhileAnInnerOneIsOpen_LeavesTheInnerOneCurrent()
    {
        DisposeScope outer = NewDisposeScope();
        using DisposeScope inner = NewDisposeScope();
        outer.Dispose();
        CurrentDisposeScope.ShouldBeSameAs(inner);
        Tensor t = ones(2);
        inner.Contains(t).ShouldBeTrue();
    }

    [Fact]
    public void Scope_OfAnotherThread_DoesNotTakeThisThreadsTensors()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor? made = null;
        var thread = new Thread(() => made = ones(2));
        thread.Start();
        thread.Join();
        scope.DisposablesCount.ShouldBe(0);
        made!.Dispose();
    }

    [Fact]
    public void Dispose_Twice_IsHarmless()
    {
        Tensor t = ones(2);
        t.Dispose();
        t.Dispose();
        t.IsInvalid.ShouldBeTrue();
    }

    [Fact]
    public void DisposedTensor_UsedInAnyWay_ThrowsAndSaysSo()
    {
        using Tensor live = ones(2);
        Tensor dead = ones(2);
        dead.Dispose();
        Should.Throw<InvalidOperationException>(() => dead + live);
        Should.Throw<InvalidOperationException>(() => live + dead);
        Should.Throw<InvalidOperationException>(() => dead.shape);
        Should.Throw<InvalidOperationException>(() => dead.data<float>());
        Should.Throw<InvalidOperationException>(() => cat([live, dead]));
        Should.Throw<InvalidOperationException>(() => dead.add_(1));
    }

    [Fact]
    public void NativeError_ArrivesWithLibtorchsMessage_AndTheNextCallWorks()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = ones(2, 3), b = ones(5, 7);
        Should.Throw<ExternalException>(() => a.matmul(b)).Message.ShouldContain("mat1 and mat2 shapes cannot be multiplied (2x3 and 5x7)");
        Should.Throw<ExternalException>(() => a.add_(b)).Message.ShouldContain("must match the size of tensor b");
        Should.Throw<ExternalException>(() => a.reshape(5)).Message.ShouldContain("shape '[5]' is invalid for input of size 6");
        Should.Throw<ExternalException>(() => a.size(2)).Message.ShouldContain("out of range");
        Should.Throw<ExternalException>(() => ones(2).ToSingle());
        Should.Throw<ExternalException>(() => a.split([1, 5]));
        a.sum().ToSingle().ShouldBe(6);
    }

    [Fact]
    public void WrongArguments_OfManagedFunctions_ThrowBeforeTheNativeCall()
    {
        using DisposeScope scope = NewDisposeScope();
        Should.Throw<ArgumentException>(() => tensor(new float[] { 1, 2, 3 }, 2, 2));
        Should.Throw<ArgumentException>(() => ones(2).slice(0, 0, 1, 0));
        Should.Throw<ArgumentException>(() => where(ones(2), ones(2), ones(2)));
    }

    [Fact]
    public void Modes_AreInForceInsideAndGoneAfterwards()
    {
        is_inference_mode_enabled().ShouldBeFalse();
        using (inference_mode())
        {
            is_inference_mode_enabled().ShouldBeTrue();
            is_grad_enabled().ShouldBeFalse();
        }
        is_inference_mode_enabled().ShouldBeFalse();
        using (no_grad()) is_grad_enabled().ShouldBeFalse();
        is_grad_enabled().ShouldBeTrue();
    }

    [Fact]
    public void Threads_Set_AreRead()
    {
        int before = get_num_threads();
        set_num_threads(2);
        get_num_threads().ShouldBe(2);
        set_num_threads(before);
        Should.Throw<ExternalException>(() => set_num_threads(0));
    }
}

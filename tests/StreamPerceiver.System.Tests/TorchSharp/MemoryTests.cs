using System.Globalization;
using System.Runtime.CompilerServices;
using TorchSharp;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace StreamPerceiver.Tests.Torch;

/// <summary>Alone, after the others: they look at the memory of the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public class ProcessMemory
{
    public const string Name = "memory of the process";
}

[Collection(ProcessMemory.Name)]
public class MemoryTests(ITestOutputHelper output)
{
    const double MiB = 1 << 20;

    [Fact]
    public void AMillionSmallOperations_InScopes_LeaveNoGrowth()
    {
        const double slack = 16 * MiB;
        using Tensor weight = randn(4, 4);
        Operate(weight, 100_000);
        double before = Resident();
        long live = Tensor.TotalCount;
        Operate(weight, 1_000_000);
        double after = Resident();
        output.WriteLine($"resident after 100k operations {before / MiB:f1} MiB, after 1M more {after / MiB:f1} MiB");
        Tensor.TotalCount.ShouldBe(live);
        (after - before).ShouldBeLessThan(slack);
    }

    [Fact]
    public void ForgottenTensors_AreReclaimedByTheFinaliser()
    {
        const double slack = 128 * MiB;
        ForgetRounds(3);
        double before = Resident();
        long live = Tensor.TotalCount;
        ForgetRounds(10);
        double after = Resident();
        output.WriteLine($"resident before {before / MiB:f1} MiB, after forgetting 1000 MiB {after / MiB:f1} MiB");
        Tensor.TotalCount.ShouldBe(live);
        (after - before).ShouldBeLessThan(slack);
    }

    /// <summary>Ten operations an iteration, a hundred iterations a scope.</summary>
    static void Operate(Tensor weight, int operations)
    {
        for (int scopes = operations / 1000; scopes > 0; scopes--)
        {
            using DisposeScope scope = NewDisposeScope();
            for (int i = 0; i < 100; i++)
            {
                Tensor x = weight.matmul(weight) + 1;
                x = x.reshape(2, 8).softmax(-1).mul_(0.5);
                Tensor[] halves = x.chunk(2);
                x = cat(halves).transpose(0, 1);
                _ = x.sum().ToSingle();
            }
        }
    }

    static void ForgetRounds(int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            Forget(100);
            Collect();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Forget(int mebibytes)
    {
        for (int i = 0; i < mebibytes; i++) _ = ones(1 << 18);
    }

    static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    static double Resident()
    {
        Collect();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        string pages = File.ReadAllText("/proc/self/statm").Split(' ')[1];
        return double.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }
}

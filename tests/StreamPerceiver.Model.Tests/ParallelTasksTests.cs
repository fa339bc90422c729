using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Loops of the kernels run each task once, from several callers at once, and tell of failures.</summary>
public sealed class ParallelTasksTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_task_runs_once_whoever_else_calls(int threads)
    {
        int before = get_num_threads();
        Libtorch.SetThreads(threads);
        try
        {
            Parallel.For(0, 4, caller =>
            {
                for (int loop = 0; loop < 2000; loop++)
                {
                    int[] runs = new int[1 + ((caller + loop) % 37)];
                    ParallelTasks.Each(runs.Length, task => Interlocked.Increment(ref runs[task]));
                    runs.ShouldAllBe(r => r == 1);
                }
            });
        }
        finally
        {
            Libtorch.SetThreads(before);
        }
    }

    [Fact]
    public void A_failure_is_thrown_when_no_task_runs_any_more()
    {
        int running = 0;
        Should.Throw<InvalidOperationException>(() => ParallelTasks.Each(100, task =>
        {
            Interlocked.Increment(ref running);
            Thread.SpinWait(1000);
            Interlocked.Decrement(ref running);
            if (task == 3) throw new InvalidOperationException();
        }));
        running.ShouldBe(0);
    }
}

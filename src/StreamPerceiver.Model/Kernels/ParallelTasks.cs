using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>How the kernels share their work out.</summary>
internal static class ParallelTasks
{
    /// <summary>Runs tasks on as many threads as libtorch has.</summary>
    public static void Each(int tasks, Action<int> task)
    {
        if (tasks == 1) task(0);
        else Parallel.For(0, tasks, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, task);
    }
}

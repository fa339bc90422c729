using StreamPerceiver.Flow;

namespace StreamPerceiver.Worker.Tests;

/// <summary>Recordings of two machines with labels, and a recipe: what <c>train</c> needs for the model of <see cref="TinyRecording"/>.</summary>
internal static class TinyTraining
{
    private const int Seconds = 20;

    /// <summary>Writes the pipeline, <c>data.mcap</c>, <c>validation.mcap</c>, <c>labels.csv</c> and <c>recipe.json</c>.</summary>
    public static void Write(WorkerProcess worker, string recipe)
    {
        TinyRecording.WritePipeline(worker);
        worker.Write("recipe.json", recipe);
        foreach ((string name, int machine) in new[] { ("data", 0), ("validation", 1) })
        {
            string file = worker.Write($"{name}.mcap", "");
            int[] steps = [.. Enumerable.Range(0, 2 * 5 * Seconds).Where(i => i % 2 == machine)];
            TinyRecording.Write(file, steps.Select(i => TinyRecording.Record(i, $"[{i / 5 % 7}]", 2)));
        }

        var start = EventTime.FromUnixMilliseconds(TinyRecording.StartMs);
        string[] labels =
        [
            .. from machine in new[] { 0, 1 } from phase in Enumerable.Range(0, 8)
               select $"machine-{machine},{Time(5 * phase)},{Time(5 * phase + 5)},state,{(phase % 2 == 0 ? "x" : "y")}",
        ];
        worker.Write("labels.csv", $"entity,from,to,output,value\n{string.Join('\n', labels)}\n");

        EventTime Time(int second) => start + second * EventTime.PerSecond;
    }

    /// <summary>Makes the command line of a training into a folder.</summary>
    public static string[] Arguments(string folder, params string[] more) =>
    [
        "train", "--pipeline", "tiny.json", "--data", "data.mcap", "--validation", "validation.mcap", "--labels", "labels.csv", "--recipe", "recipe.json",
        "--label-share", "0.6", "--out", folder, "--Inference:Threads=1", .. more,
    ];
}

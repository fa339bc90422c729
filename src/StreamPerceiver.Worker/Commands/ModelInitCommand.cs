using System.CommandLine;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Worker.Commands;

/// <summary><c>model init</c>: untrained weights for a configuration.</summary>
internal static class ModelInitCommand
{
    public static Command Create()
    {
        var directory = new Argument<string>("directory") { Description = "A model directory with a config.json." };
        var init = new Command("init", "Writes untrained weights (model.safetensors) for the config.json of a model directory, unless there are weights already. The same configuration gives the same weights.");
        init.Arguments.Add(directory);
        init.SetAction((parsed, _) => Failures.ReportAsync(() =>
        {
            string path = parsed.GetValue(directory)!;
            Console.WriteLine(UntrainedModel.Ensure(path) ? $"{path}: untrained weights written" : $"{path}: has weights already, left as they are");
            return Task.FromResult(0);
        }));
        var model = new Command("model", "Works on model directories.");
        model.Subcommands.Add(init);
        return model;
    }
}

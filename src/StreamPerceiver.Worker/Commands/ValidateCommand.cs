using System.CommandLine;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Worker.Commands;

/// <summary><c>validate</c>: checks pipeline files, and does nothing else.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var places = new Argument<string[]>("files") { Description = "Pipeline files, and folders of them.", Arity = ArgumentArity.OneOrMore };
        var command = new Command(
            "validate", "Checks pipeline files as one worker would run them: every error at once, with file, key, value and what is allowed. "
                + "Exit code 2 if there is one.");
        command.Arguments.Add(places);
        command.SetAction(parsed =>
        {
            PipelineSet set = PipelineSet.Read(parsed.GetValue(places)!);
            foreach (PipelineDefinition pipeline in set.Pipelines)
            {
                string inputs = string.Join(", ", pipeline.Inputs.Select(i => $"{i.Name} from {i.Topic}"));
                Console.WriteLine($"{pipeline.File}: {pipeline.Name} is valid: {inputs} to {pipeline.PredictionTopic}");
            }

            foreach (string error in set.Errors) Console.Error.WriteLine(error);
            return set.Errors.Count == 0 ? 0 : Failures.Refused;
        });
        return command;
    }
}

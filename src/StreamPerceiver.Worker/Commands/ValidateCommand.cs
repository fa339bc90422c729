using System.CommandLine;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Worker.Commands;

/// <summary><c>validate</c>: checks pipeline files, and does nothing else.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("files") { Description = "Pipeline files.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("validate", "Checks pipeline files: every error at once, with file, key, value and what is allowed. Exit code 2 if there is one.");
        command.Arguments.Add(files);
        command.SetAction(parsed =>
        {
            int code = 0;
            foreach (string file in parsed.GetValue(files)!)
            {
                try
                {
                    PipelineDefinition definition = PipelineReader.Read(file);
                    Console.WriteLine($"{file}: {definition.Name} is valid: {string.Join(", ", definition.Inputs.Select(i => $"{i.Name} from {i.Topic}"))} to {definition.PredictionTopic}");
                }
                catch (PipelineException e)
                {
                    Console.Error.WriteLine(e.Message);
                    code = Failures.Refused;
                }
            }

            return code;
        });
        return command;
    }
}

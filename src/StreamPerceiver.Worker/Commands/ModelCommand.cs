using System.CommandLine;
using System.Globalization;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Worker.Commands;

/// <summary><c>model</c>: makes, imports, inspects and runs model directories, and compares arrays with those of another implementation.</summary>
internal static class ModelCommand
{
    private const int Differs = 1;

    public static Command Create()
    {
        var model = new Command("model", "Works on model directories.");
        model.Subcommands.Add(Init());
        model.Subcommands.Add(Import());
        model.Subcommands.Add(Inspect());
        model.Subcommands.Add(Run());
        model.Subcommands.Add(Compare());
        return model;
    }

    private static Command Init()
    {
        Argument<string> directory = Directory("A model directory with a config.json.");
        var official = new Option<string?>("--official")
        {
            Description = $"Writes the config.json of an official model first, where there is none: {string.Join(", ", OfficialModels.Names)}.",
        };
        var init = new Command(
            "init",
            "Writes untrained weights (model.safetensors) for the config.json of a model directory, unless there are weights already. "
            + "The same configuration gives the same weights.")
        {
            directory, official,
        };
        return Does(init, parsed =>
        {
            string path = parsed.GetRequiredValue(directory);
            if (parsed.GetValue(official) is { } name) UntrainedModel.Configure(path, OfficialModels.Get(name));
            Console.WriteLine(UntrainedModel.Ensure(path) ? $"{path}: untrained weights written" : $"{path}: has weights already, left as they are");
            return 0;
        });
    }

    private static Command Import()
    {
        var source = new Argument<string>("source")
        {
            Description = "A model directory as Hugging Face has it, or a Haiku pickle (.pystate) as DeepMind published it.",
        };
        Argument<string> directory = Directory("The directory to write.");
        var config = new Option<string?>("--config")
        {
            Description = "The config.json that belongs to a Haiku pickle; not needed for those that DeepMind published.",
        };
        var import = new Command(
            "import",
            "Writes config.json with the labels, model.safetensors, and for an image classifier preprocessor_config.json. "
            + "Pickles are read as data: nothing in them runs.")
        {
            source, directory, config,
        };
        return Does(import, parsed =>
        {
            string target = parsed.GetRequiredValue(directory), from = parsed.GetRequiredValue(source);
            if (parsed.GetValue(config) is not null && System.IO.Directory.Exists(from))
                throw new StreamPerceiverException($"{from}: is a directory with a config.json of its own, expected a Haiku pickle where --config is given");
            PerceiverConfig imported = ModelImport.Import(from, target, parsed.GetValue(config), Failures.Warn);
            Console.WriteLine($"{target}: {imported.Architecture}, {imported.ParameterCount.ToString("N0", CultureInfo.InvariantCulture)} parameters");
            return 0;
        });
    }

    private static Command Inspect()
    {
        Argument<string> directory = Directory("A model directory; weights may be missing.");
        var inspect = new Command("inspect", "Prints the parts of a model: inputs, encoder, outputs, parameters, arithmetic and memory.") { directory };
        return Does(inspect, parsed =>
        {
            ModelReport.Print(parsed.GetRequiredValue(directory), Console.Out);
            return 0;
        });
    }

    private static Command Run()
    {
        Argument<string> directory = Directory("A model directory.");
        var input = new Option<string>("--in")
        {
            Description =
                "An .npz file of inputs, named as Hugging Face's forward names them: inputs, attention_mask, inputs.image, subsampled_output_points.image ...",
            Required = true,
        };
        var output = new Option<string>("--out") { Description = "The .npz file to write: logits, or logits.NAME of each output.", Required = true };
        PlanOptions plan = new();
        var run = new Command("run", "Runs a model on arrays. A dense output is computed whole unless the arrays name points of it.")
        {
            directory, input, output, plan.Device, plan.Plan,
        };
        return Does(run, parsed =>
        {
            string model = parsed.GetRequiredValue(directory), target = parsed.GetRequiredValue(output);
            PerceiverConfig config = ConfigFile.Read(model);
            IReadOnlyDictionary<string, NpyArray> arrays = ArrayRun.Run(model, plan.Choice(parsed), parsed.GetRequiredValue(input));
            Npz.Write(target, arrays);
            foreach ((string name, NpyArray array) in arrays) Console.WriteLine($"{target}: {name} [{string.Join(", ", array.Shape)}]");
            foreach (string line in LabelReport.Lines(config, arrays)) Console.WriteLine(line);
            return 0;
        });
    }

    private static Command Compare()
    {
        var first = new Argument<string>("first") { Description = "An .npz file." };
        var second = new Argument<string>("second") { Description = "The other .npz file." };
        var tolerance = new Option<double>("--tolerance") { Description = "Largest absolute difference that is allowed.", DefaultValueFactory = _ => 1e-4 };
        tolerance.Require(0, double.MaxValue);
        var compare = new Command(
            "compare",
            $"Prints how the arrays of two files differ. Exit code {Differs} where one differs by more than the tolerance, has another shape, "
            + "or is in one file alone. Inputs may be in one file alone.")
        {
            first, second, tolerance,
        };
        return Does(compare, parsed =>
        {
            double allowed = parsed.GetValue(tolerance);
            IReadOnlyList<ArrayComparison> rows = ArrayComparison.CompareFiles(
                Npz.Read(parsed.GetRequiredValue(first)), Npz.Read(parsed.GetRequiredValue(second)));
            foreach (ArrayComparison row in rows)
                Console.WriteLine($"{row.Name} [{string.Join(", ", row.Shape)}]: {Text(row)}{(row.IsWithin(allowed) ? "" : $"; beyond {allowed:G}")}");
            if (rows.Count == 0) Console.WriteLine("the files have no outputs to compare");
            return rows.Count > 0 && rows.All(row => row.IsWithin(allowed)) ? 0 : Differs;
        });
    }

    private static string Text(ArrayComparison row)
        => row.Problem
            ?? string.Create(CultureInfo.InvariantCulture, $"largest difference {row.Largest:E2} at {row.At}, root mean square {row.RootMeanSquare:E2}");

    private static Argument<string> Directory(string description) => new("directory") { Description = description };

    private static Command Does(Command command, Func<ParseResult, int> action)
    {
        command.SetAction((parsed, _) => Failures.ReportAsync(() => Task.FromResult(action(parsed))));
        return command;
    }
}

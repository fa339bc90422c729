using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Kafka;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Inference;
using StreamPerceiver.Worker.Pipelines;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Commands;

/// <summary><c>validate</c>: checks pipeline files, their models, the settings, and the topics where brokers are given. It runs nothing.</summary>
internal static class ValidateCommand
{
    private const string Brokers = $"--{KafkaSettings.Section}:{nameof(KafkaSettings.BootstrapServers)}=";

    public static Command Create()
    {
        var places = new Argument<string[]>("files") { Description = "Pipeline files, and folders of them.", Arity = ArgumentArity.OneOrMore };
        var schema = new Option<string?>("--schema")
        {
            Description = "Writes the schema of the predictions to a file, in JSON Schema, Avro or Protobuf by topics.format: "
                + "with the names, labels, units and shapes of this one pipeline.",
        };
        var asyncApi = new Option<string?>("--asyncapi")
        {
            Description = "Writes an AsyncAPI 3.0 document to a file: all topics of this one pipeline, with keys, headers and values of their records.",
        };
        var command = new Command(
            "validate", "Checks pipeline files, their models and the settings as a run would meet them, and lists every error at once. "
                + $"With {Brokers}HOST:PORT it also checks the topics. Any setting can be overridden: --Section:Key=value. Exit code 2 if there is an error.")
        {
            places, schema, asyncApi,
        };
        command.TreatUnmatchedTokensAsErrors = false; // they are overrides of settings, and are checked later
        command.SetAction((parsed, _) => Failures.ReportAsync(() =>
        {
            (string[] files, string[] overrides) = CommandLines.PartWords(parsed, places);
            if (files.Length == 0) throw new StreamPerceiverException("validate: no file is given, expected pipeline files, or folders of them");
            List<SchemaFile> written = [];
            if (parsed.GetValue(schema) is { } schemaFile) written.Add(new SchemaFile(schema.Name, schemaFile, PredictionSchema.TextOf));
            if (parsed.GetValue(asyncApi) is { } apiFile) written.Add(new SchemaFile(asyncApi.Name, apiFile, AsyncApi.TextOf));
            return Task.FromResult(Run(files, overrides, written));
        }));
        return command;
    }

    private static int Run(string[] files, string[] overrides, List<SchemaFile> written)
    {
        PipelineSet set = PipelineSet.Read(files);
        List<string> errors = [.. set.Errors];
        if (set.Pipelines.Count > 1) errors.AddRange(written.Select(file => $"{file.Option} is given with {set.Pipelines.Count} pipelines, expected one"));
        WorkerSettings settings = Settings(overrides, errors);
        MemoryBudget share = settings.Memory.ShareOf(Math.Max(1, set.Pipelines.Count));
        bool asksBrokers = settings.Kafka.BootstrapServers != EmbeddedBroker.Name
            && overrides.Any(o => o.StartsWith(Brokers, StringComparison.OrdinalIgnoreCase));
        Dictionary<string, IReadOnlyList<string>> loaded = new(StringComparer.Ordinal);
        foreach (PipelineDefinition pipeline in set.Pipelines)
        {
            List<string> own = [.. ModelCheck.Problems(pipeline, share, settings.Batch), .. RegistryCheck.Problems(pipeline, settings.SchemaRegistry)];
            string model = pipeline.ModelDirectory;
            if (own.Count == 0 && !loaded.ContainsKey(model))
                loaded[model] = ModelCheck.LoadProblems(model, set.Pipelines.Where(p => p.ModelDirectory == model), settings.Inference);
            if (own.Count == 0) own.AddRange(loaded[model]);
            if (asksBrokers && TopicProblem(settings.Kafka, pipeline) is { } problem) own.Add($"{pipeline.File}: {problem}");
            errors.AddRange(own);
            string inputs = string.Join(", ", pipeline.Inputs.Select(i => $"{i.Name} from {i.Topic}"));
            if (own.Count > 0) continue;
            Console.WriteLine($"{pipeline.File}: {pipeline.Name} is valid: {inputs} to {pipeline.PredictionTopic}");
            foreach (string cost in OutputCosts.Describe(pipeline)) Console.WriteLine($"  {cost}");
        }

        if (errors.Count == 0)
        {
            foreach (SchemaFile file in written) file.Write(set.Pipelines[0], ModelCheck.Describe(set.Pipelines[0]));
        }

        foreach (string error in errors.Distinct(StringComparer.Ordinal)) Console.Error.WriteLine(error);
        return errors.Count == 0 ? 0 : Failures.Refused;
    }

    // Bad settings are errors like the others. The rest is then checked with the defaults.
    private static WorkerSettings Settings(string[] overrides, List<string> errors)
    {
        try
        {
            return WorkerHost.ReadSettings(overrides);
        }
        catch (SettingsException e)
        {
            errors.Add(e.Message);
            return new WorkerSettings(
                new KafkaSettings { BootstrapServers = EmbeddedBroker.Name }, [], new MemorySettings(), new BatchOptions(), new DecodeSettings(),
                new InferenceSettings(), new ShutdownSettings());
        }
    }

    private static string? TopicProblem(KafkaSettings kafka, PipelineDefinition pipeline)
        => new KafkaEnds(kafka, pipeline, NullLoggerFactory.Instance, TimeProvider.System, new Random(1)).TopicProblem();
}

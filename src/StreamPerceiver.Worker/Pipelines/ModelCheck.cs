using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Model;
using StreamPerceiver.Outputs;
using StreamPerceiver.Topology;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Inference;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Pipelines;

/// <summary>Checks pipelines with their models and their shares of the memory, before anything runs.</summary>
internal static class ModelCheck
{
    /// <summary>Lists what does not fit: the memory, the model's configuration, its inputs and outputs, missing weights. Each problem names its file.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="share">Its share of the memory.</param>
    /// <param name="batch">When micro-batches close.</param>
    public static IReadOnlyList<string> Problems(PipelineDefinition pipeline, MemoryBudget share, BatchOptions batch)
    {
        List<string> problems = [];
        IReadOnlyList<OutputQuestion> asked = [];
        Note(problems, () =>
        {
            ModelDescription description = Describe(pipeline);
            problems.AddRange(PipelineRules.CheckModel(pipeline, description).Select(problem => $"{pipeline.File}: {problem}"));
            problems.AddRange(TrainingProblems(pipeline));
            asked = ModelUse.Asked(pipeline, description);
        });
        Note(problems, () => MemoryPlan.For(pipeline, batch, share, asked));
        Note(problems, () =>
        {
            if (Directory.Exists(pipeline.ModelDirectory) && Checkpoint.Files(pipeline.ModelDirectory).Count == 0)
                problems.Add($"{pipeline.ModelDirectory}: has no weights, expected model.safetensors or another: \"model init\" makes untrained ones");
        });
        return problems;
    }

    /// <summary>Lists what differs from the training of a model: the length of a window, and the labels. Each problem names its file.</summary>
    /// <exception cref="TrainingException">The file is damaged.</exception>
    public static IReadOnlyList<string> TrainingProblems(PipelineDefinition pipeline)
    {
        List<string> problems = [];
        if (TrainingFile.Read(pipeline.ModelDirectory) is not { } training) return problems;
        double windowMs = (double)pipeline.Align.Plan.SizeNs / EventTime.PerMillisecond;
        if (windowMs != training.WindowMs)
            problems.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{pipeline.File}: $.window.sizeMs is {windowMs}, expected {training.WindowMs}, as the model in {pipeline.ModelDirectory} was trained"));
        PerceiverConfig config = ConfigFile.Read(pipeline.ModelDirectory);
        foreach ((string output, IReadOnlyList<string> labels) in training.Labels)
        {
            IReadOnlyList<string> stated = (config.Outputs.GetValueOrDefault(output) as LabelledOutput)?.Labels ?? [];
            if (stated.SequenceEqual(labels, StringComparer.Ordinal)) continue;
            problems.Add(
                $"{Path.Combine(pipeline.ModelDirectory, ConfigFile.Name)}: outputs.{output}.labels has {stated.Count} labels ({string.Join(", ", stated)}), "
                + $"expected the {labels.Count} of {TrainingFile.Name} ({string.Join(", ", labels)})");
        }

        return problems;
    }

    /// <summary>Reads what the model of a pipeline takes and gives, by its configuration.</summary>
    public static ModelDescription Describe(PipelineDefinition pipeline) => new(pipeline.ModelDirectory, ConfigFile.Read(pipeline.ModelDirectory));

    /// <summary>Divides the memory of a pipeline, with what it asks of its model.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="batch">When micro-batches close.</param>
    /// <param name="share">Its share of the memory.</param>
    public static MemoryPlan PlanMemory(PipelineDefinition pipeline, BatchOptions batch, MemoryBudget share)
        => MemoryPlan.For(pipeline, batch, share, ModelUse.Asked(pipeline, Describe(pipeline)));

    /// <summary>Loads a model as a run does, and lists what is wrong with its weights and the device. Each problem names its file or setting.</summary>
    /// <param name="directory">The directory of the model.</param>
    /// <param name="pipelines">The pipelines that use it.</param>
    /// <param name="inference">How models run.</param>
    public static IReadOnlyList<string> LoadProblems(
        string directory, IEnumerable<PipelineDefinition> pipelines, InferenceSettings inference)
    {
        List<string> problems = [];
        Dictionary<string, ModelUse> uses = new() { [directory] = ModelUse.By(pipelines, maxWindows: 1) };
        var loader = new ModelLoader(inference, uses, NullLogger<ModelLoader>.Instance);
        Note(problems, () => loader.Load(directory).Dispose());
        return problems;
    }

    private static void Note(List<string> problems, Action check)
    {
        try
        {
            check();
        }
        catch (Exception e) when (Failures.IsOfTheUser(e))
        {
            problems.Add(Failures.Message(e));
        }
    }
}

using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Formats;
using StreamPerceiver.Modalities;
using StreamPerceiver.Model;
using StreamPerceiver.Outputs;
using StreamPerceiver.Recordings.Explain;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Inference;
using StreamPerceiver.Worker.Pipelines;

namespace StreamPerceiver.Worker.Recordings.Explain;

/// <summary>Runs a model on a window, and reads what it looks at.</summary>
internal static class AttentionRun
{
    private const int MostLabels = 3;

    /// <summary>Checks that a pipeline fits its model, before a recording is read.</summary>
    /// <exception cref="StreamPerceiverException">The model is not there, or takes other inputs. The message lists each problem.</exception>
    public static void Check(PipelineDefinition definition)
    {
        IReadOnlyList<string> problems = PipelineRules.CheckModel(definition, ModelCheck.Describe(definition));
        if (problems.Count > 0) throw new PipelineException(definition.File, problems);
        IReadOnlyList<string> differences = ModelCheck.TrainingProblems(definition);
        if (differences.Count > 0) throw new StreamPerceiverException(string.Join(Environment.NewLine, differences));
    }

    /// <summary>Reads the attention of the latents and of the pipeline's outputs.</summary>
    /// <param name="definition">The pipeline, with the model's directory.</param>
    /// <param name="tokens">The window's tokens, in the order of the pipeline's inputs.</param>
    /// <param name="threads">Threads of libtorch; 0: one for each core.</param>
    public static WindowAttention Read(PipelineDefinition definition, IReadOnlyList<InputTokens> tokens, int threads)
    {
        TorchRuntime.Start(threads, new PlanChoice("cpu"), NullLogger.Instance);
        using var reader = new AttentionReader(plan => Checkpoint.Load(definition.ModelDirectory, plan, Failures.Warn));
        IReadOnlyList<OutputQuestion> asked = PipelineRules.Ask(definition, ModelCheck.Describe(definition));
        PerceiverConfig config = reader.Config;
        string[] outputs = [.. asked.Select(a => ModelOutputs.Computing(config, a.Output)).Distinct(StringComparer.Ordinal)];
        var points = new Dictionary<string, IReadOnlyList<int>>(StringComparer.Ordinal);
        foreach (OutputQuestion question in asked)
            if ((question.Points ?? (config.Outputs.GetValueOrDefault(question.Output) as DenseOutput)?.AllPoints) is { } decoded)
                points.Add(question.Output, decoded);
        AttentionReading reading = reader.Read(
            tokens.ToDictionary(t => t.Name, t => new ArrayInput(t.Content, t.Mask), StringComparer.Ordinal), points, outputs);
        return new WindowAttention(
            definition.ModelDirectory,
            [
                new ReaderAttention(null, null, InputsOf(reading.Latents)),
                .. outputs.Select(name => new ReaderAttention(name, AnswerOf(name), InputsOf(reading.Outputs[name]))),
            ]);

        InputAttention[] InputsOf(IReadOnlyDictionary<string, float[]> shares)
        {
            string[] given = [.. definition.Inputs.Select(i => i.Name)];
            return [.. given.Concat(config.Inputs.Keys.Except(given))
                .Select(name => new InputAttention(name, shares[name].Sum(share => (double)share), config.Inputs[name].Grid, shares[name]))];
        }

        string? AnswerOf(string name) => config.Outputs[name] is LabelledOutput labelled ? Words(labelled, reading.Numbers[name]) : null;
    }

    // The likeliest labels in percent, or the values of a regression.
    private static string Words(LabelledOutput output, float[] numbers) => output.Reading switch
    {
        ProblemType.Regression => string.Join(
            ", ", numbers.Take(MostLabels).Select((value, i) => string.Create(CultureInfo.InvariantCulture, $"{output.Labels[i]} {value:G4}"))),
        ProblemType.MultiLabelClassification => Shares(output, LabelScore.TopOfEach(numbers, Math.Min(MostLabels, numbers.Length))),
        _ => Shares(output, LabelScore.Top(numbers, Math.Min(MostLabels, numbers.Length))),
    };

    private static string Shares(LabelledOutput output, IEnumerable<LabelScore> scores)
        => string.Join(", ", scores.Select(s => string.Create(CultureInfo.InvariantCulture, $"{output.Labels[s.Index]} {s.Score:P1}")));
}

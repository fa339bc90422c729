using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Infer;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Topology;

/// <summary>What a schema cannot say: how keys of a pipeline must fit each other and the model. Each rule names both values.</summary>
public static class PipelineRules
{
    /// <summary>What is wrong within the file.</summary>
    public static IReadOnlyList<string> Check(PipelineDefinition definition)
    {
        List<string> errors = [];
        foreach (IGrouping<string, InputSpec> shared in definition.Inputs.GroupBy(i => i.Topic).Where(g => g.Count() > 1))
            errors.Add($"$.inputs: {string.Join(" and ", shared.Select(i => i.Name))} read the same topic {shared.Key}, expected a topic each");

        string[] topics = [.. definition.Inputs.Select(i => i.Topic), .. definition.WrittenTopics];
        foreach (string topic in definition.WrittenTopics.Distinct())
            if (topics.Count(t => t == topic) > 1)
                errors.Add($"$.topics: {topic} is used twice, expected a topic of its own");

        long size = definition.Align.Plan.SizeNs;
        foreach (InputSpec input in definition.Inputs)
        {
            string path = $"$.inputs.{input.Name}";
            switch (input)
            {
                case VideoSpec v when v.Width % v.Patch != 0 || v.Height % v.Patch != 0:
                    errors.Add($"{path}.patch is {v.Patch}, expected a divisor of width {v.Width} and height {v.Height}");
                    break;
                case AudioSpec a when (Int128)a.RateHz * size % ((Int128)EventTime.PerSecond * a.SamplesPerPatch) != 0:
                    errors.Add($"{path}.samplesPerPatch is {a.SamplesPerPatch}, expected a divisor of the samples in a window: {a.RateHz} Hz for {size / EventTime.PerMillisecond} ms");
                    break;
                case SensorSpec s when (Int128)s.RateHz * size % EventTime.PerSecond != 0:
                    errors.Add($"{path}.rateHz is {s.RateHz}, expected a whole number of steps in a window of {size / EventTime.PerMillisecond} ms");
                    break;
            }
        }

        return errors;
    }

    /// <summary>What does not fit the model: inputs by name and shape, outputs by name.</summary>
    public static IReadOnlyList<string> CheckModel(PipelineDefinition definition, IPerceiver model)
    {
        List<string> errors = [];
        foreach (string missing in model.InputShapes.Keys.Except(definition.Inputs.Select(i => i.Name)).Order(StringComparer.Ordinal))
            errors.Add($"$.inputs.{missing} is missing: the model in {definition.ModelDirectory} takes it");
        foreach (InputSpec input in definition.Inputs)
        {
            (int tokens, int channels) = Tokeniser.ShapeOf(input, definition.Align.Plan.SizeNs);
            if (!model.InputShapes.TryGetValue(input.Name, out var taken))
                errors.Add($"$.inputs.{input.Name} is not an input of the model, expected one of {string.Join(", ", model.InputShapes.Keys.Order(StringComparer.Ordinal))}");
            else if (taken != (tokens, channels))
                errors.Add($"$.inputs.{input.Name} gives {tokens} tokens of {channels} channels, expected {taken.Tokens} of {taken.Channels}, as the model in {definition.ModelDirectory} takes");
            else if (!TakesIds(input, model, out string found, out string expected))
                errors.Add($"$.inputs.{input.Name} gives {found}, expected {expected}, as the model in {definition.ModelDirectory} takes");
        }

        foreach ((string output, int topK) in definition.TopK)
        {
            if (!model.OutputLabels.TryGetValue(output, out IReadOnlyList<string>? labels))
                errors.Add($"$.outputs.{output} is not an output of the model, expected one of {string.Join(", ", model.OutputLabels.Keys.Order(StringComparer.Ordinal))}");
            else if (topK > labels.Count)
                errors.Add($"$.outputs.{output}.topK is {topK}, expected at most {labels.Count}: the model's labels");
        }

        return errors;
    }

    /// <summary>Whether a text, and nothing else, goes where ids are taken, and there are as many.</summary>
    private static bool TakesIds(InputSpec input, IPerceiver model, out string found, out string expected)
    {
        int? given = input is TextSpec ? ByteTokenizer.VocabularySize : null;
        int? taken = model.Vocabularies.TryGetValue(input.Name, out int vocabulary) ? vocabulary : null;
        (found, expected) = (Ids(given), Ids(taken));
        return given == taken;

        static string Ids(int? count) => count is null ? "numbers" : $"the ids of {count} tokens";
    }
}

using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Infer;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Text;
using StreamPerceiver.Outputs;
using StreamPerceiver.Outputs.Text;
using StreamPerceiver.Schemas;
using StreamPerceiver.Schemas.Members;

namespace StreamPerceiver.Topology;

/// <summary>Rules that a schema cannot express: how keys of a pipeline must fit each other and the model. Each rule names both values.</summary>
public static class PipelineRules
{
    /// <summary>Lists what is wrong within the file.</summary>
    public static IReadOnlyList<string> Check(PipelineDefinition definition)
    {
        List<string> errors = [];
        errors.AddRange(SharedTopics(definition));
        errors.AddRange(FormatProblems(definition));
        string[] topics = [.. definition.Inputs.Select(i => i.Topic).Distinct(), .. definition.WrittenTopics];
        foreach (string topic in definition.WrittenTopics.Distinct())
            if (topics.Count(t => t == topic) > 1)
                errors.Add($"$.topics: {topic} is used twice, expected a topic of its own");

        foreach (InputSpec input in definition.Inputs)
        {
            errors.AddRange(TimeProblems(input).Select(problem => $"$.inputs.{input.Name}.eventTime.{problem}"));
            errors.AddRange(input.Problems(definition.Align.Plan.SizeNs).Select(problem => $"$.inputs.{input.Name}.{problem}"));
            if (input.DefaultContentType is not { } type) continue;
            string[] taken = [.. input.CreateCodecs(preparation: null).Concat(input.CreateRegistryCodecs(_ => null))
                .SelectMany(codec => codec.MediaTypes).Distinct()];
            if (!taken.Contains(ContentType.Parse(type).MediaType))
                errors.Add($"$.inputs.{input.Name}.contentType is {JsonProblem.Shorten($"\"{type}\"")}, expected one of {string.Join(", ", taken)}");
        }

        return errors;
    }

    private static IEnumerable<string> FormatProblems(PipelineDefinition definition)
    {
        if (definition.Format == SchemaKind.Json) yield break;
        string format = definition.Format.ToString().ToLowerInvariant();
        if (definition.IsStructured) yield return $"$.topics.envelope is structured, expected binary with the format {format}";
        foreach ((string key, IEnumerable<string> names) in new[]
            { ("inputs", definition.Inputs.Select(i => i.Name)), ("outputs", definition.Outputs.Select(o => o.Name)) })
        {
            IEnumerable<IGrouping<object, string>> same =
                [.. names.GroupBy(name => (object)MemberName.Common(name)), .. names.GroupBy(name => (object)ObjectType.NumberOf(name))];
            foreach (IGrouping<object, string> alike in same.Where(g => g.Count() > 1))
                yield return $"$.{key}: {string.Join(" and ", alike)} cannot stand side by side in {format}, expected other names";
        }
    }

    private static IEnumerable<string> TimeProblems(InputSpec input)
    {
        (EventTimeKind kind, string name, TimeFormat format) = input.TimeSource;
        string shown = JsonProblem.Shorten($"\"{name}\"");
        if (kind == EventTimeKind.Timestamp && format != TimeFormat.Rfc3339) yield return "format is there, expected none: Kafka's timestamp has no other";
        if (kind != EventTimeKind.Field) yield break;
        if (!input.CreateCodecs(preparation: null).Any(codec => codec is ITimedCodec))
            yield return $"field is {shown}, expected header or timestamp: none of the input's formats has fields that are known before they are decoded";
        if (name.Length > 256) yield return $"field is {shown}, expected at most 256 characters";
        if (input is SensorSpec sensor && sensor.Channels.Contains(name)) yield return $"field is {shown}, expected no channel";
    }

    private static IEnumerable<string> SharedTopics(PipelineDefinition definition)
    {
        if (definition.Inputs.All(i => i.IsTable)) yield return "$.inputs has tables alone, expected a stream: a table makes no windows";
        foreach (IGrouping<string, InputSpec> mixed in definition.Inputs.GroupBy(i => i.Topic).Where(g => g.DistinctBy(i => i.IsTable).Count() > 1))
            yield return $"$.inputs: {string.Join(" and ", mixed.Select(i => i.Name))} read the same topic {mixed.Key}, "
                + "expected table in all of them or in none";
        foreach (InputSpec input in definition.Inputs.Where(i => i.Where is { } where && (where.Header is null) == (where.Field is null)))
            yield return $"$.inputs.{input.Name}.where has {(input.Where!.Header is null ? "neither header nor field" : "both header and field")}, "
                + "expected one of them";
        foreach (IGrouping<string, InputSpec> shared in definition.Inputs.GroupBy(i => i.Topic))
            if (shared.Count() > 1 && (shared.Any(i => i.Where is null) || shared.DistinctBy(i => i.Where).Count() < shared.Count()))
                yield return $"$.inputs: {string.Join(" and ", shared.Select(i => i.Name))} read the same topic {shared.Key}, "
                    + "expected a topic each, or a where of its own for each";
    }

    /// <summary>Lists what does not fit the model: inputs by name and shape, outputs by name.</summary>
    public static IReadOnlyList<string> CheckModel(PipelineDefinition definition, IModelDescription model)
    {
        List<string> errors = [];
        foreach (string missing in model.InputShapes.Keys.Except(definition.Inputs.Select(i => i.Name)).Order(StringComparer.Ordinal))
            errors.Add($"$.inputs.{missing} is missing: the model in {definition.ModelDirectory} takes it");
        foreach (InputSpec input in definition.Inputs)
        {
            (int tokens, int channels) = input.TokenShape(definition.Align.Plan.SizeNs);
            if (!model.InputShapes.TryGetValue(input.Name, out var taken))
                errors.Add($"$.inputs.{input.Name} is not an input of the model, expected one of {Sorted(model.InputShapes.Keys)}");
            else if (taken != (tokens, channels))
                errors.Add(
                    $"$.inputs.{input.Name} gives {tokens} tokens of {channels} channels, " +
                    $"expected {taken.Tokens} of {taken.Channels}, as the model in {definition.ModelDirectory} takes");
            else if (model.Grids.TryGetValue(input.Name, out IReadOnlyList<int>? grid) && Axes(input.TokenGrid(definition.Align.Plan.SizeNs)) is var axes
                && axes != Axes(grid))
                errors.Add($"$.inputs.{input.Name} gives tokens on a grid of {axes}, expected {Axes(grid)}, as the model in {definition.ModelDirectory} takes");
            else if (model.Preparations.TryGetValue(input.Name, out InputPreparation? preparation) && input.Misfit(preparation) is { } misfit)
                errors.Add($"$.inputs.{input.Name} {misfit}, as the model in {definition.ModelDirectory} was trained");
            else if (!TakesIds(input, model, out string found, out string expected))
                errors.Add($"$.inputs.{input.Name} gives {found}, expected {expected}, as the model in {definition.ModelDirectory} takes");
        }

        foreach (OutputSpec output in definition.Outputs)
        {
            if (!model.Outputs.TryGetValue(output.Name, out OutputShape? shape))
                errors.Add(
                    $"$.outputs.{output.Name} is not an output of the model that a pipeline can publish, " +
                    $"expected one of {Sorted(model.Outputs.Keys)}");
            else if (output is TextOutput { IsCaption: false } && shape is TextShape { Input: var input } && !HasMask(definition, input))
                errors.Add($"$.outputs.{output.Name}.type is text, expected inputs.{input}.mask or read \"caption\": no place of the text can be filled");
            else if (OutputKinds.Misfit(output, shape) is { } misfit)
                errors.Add($"$.outputs.{output.Name}.{misfit}");
            else
                errors.AddRange(output.Problems(shape).Select(problem => $"$.outputs.{output.Name}.{problem}"));
        }

        return errors;
    }

    /// <summary>Says what a pipeline asks of its model: what is decoded for each output, in the order of the outputs.</summary>
    /// <param name="definition">The pipeline. <see cref="CheckModel"/> has found nothing wrong.</param>
    /// <param name="model">The model.</param>
    public static IReadOnlyList<OutputQuestion> Ask(PipelineDefinition definition, IModelDescription model)
        => [.. definition.Outputs.Select(o => o.Ask(model.Outputs[o.Name]))];

    private static bool HasMask(PipelineDefinition definition, string input) => definition.Inputs.Any(i => i is TextSpec { Mask: not null } && i.Name == input);

    // A still picture has no axis of time, which is as good as an axis of one frame.
    private static string Axes(IReadOnlyList<int> grid) => grid.SkipWhile(size => size == 1).ToArray() is { Length: > 0 } axes ? string.Join(" x ", axes) : "1";

    private static string Sorted(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));

    /// <summary>Checks that a text, and nothing else, goes where ids are taken, and that there are as many.</summary>
    private static bool TakesIds(InputSpec input, IModelDescription model, out string found, out string expected)
    {
        int? given = input.Vocabulary;
        int? taken = model.Vocabularies.TryGetValue(input.Name, out int vocabulary) ? vocabulary : null;
        (found, expected) = (Ids(given), Ids(taken));
        return given == taken;

        static string Ids(int? count) => count is null ? "numbers" : $"the ids of {count} tokens";
    }
}

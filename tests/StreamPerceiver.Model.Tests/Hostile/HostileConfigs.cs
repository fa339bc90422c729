using System.Text.Json.Nodes;

namespace StreamPerceiver.Model.Tests;

/// <summary>Configurations with wrong, extreme or clashing numbers. What is taken must be built and run.</summary>
internal static class HostileConfigs
{
    private const long MostParameters = 1 << 19;
    private const long MostNumbers = 1 << 20;
    private const long MostFlops = 200_000_000;

    public static void Run(Random random)
    {
        PerceiverConfig config = ConfigFile.Parse(Spoilt(random), "text");
        ConfigFile.Parse(ConfigFile.Format(config), "text");
        long parameters = ParameterList.For(config).Sum(p => p.Count);
        ModelCost.CountParts(config);
        if (parameters > MostParameters)
        {
            using var refused = new PerceiverModel(config, HostileModels.Any(random).Weights);
            return;
        }

        Precision precision = Adversary.Of(random, Precision.Float32, Precision.BFloat16);
        ExecutionPlan plan = Some.Plan(Adversary.Of(random, PlanChoice.Kernels, PlanChoice.Tensors), precision);
        using var model = new PerceiverModel(config, WeightRecipe.Make(config), plan);
        if (!IsSmall(config)) return;
        Dictionary<string, IReadOnlyList<int>> points = config.Outputs.Where(o => o.Value is DenseOutput)
            .ToDictionary(o => o.Key, IReadOnlyList<int> (o) => [0, ((DenseOutput)o.Value).Points - 1]);
        model.Forward(SoundInputs.Of(config, batch: random.Next(1, 3)), points);
    }

    // A sound configuration with a few fields replaced, removed or made up.
    private static string Spoilt(Random random)
    {
        JsonObject json = JsonNode.Parse(HostileModels.Text(random))!.AsObject();
        JsonObject[] objects = [.. Objects(json).Where(o => o.Count > 0)];
        if (Adversary.Chance(random, 0.3)) MakeExtreme(random, Adversary.Of(random, objects));
        for (int times = random.Next(3); times > 0; times--)
        {
            JsonObject at = Adversary.Of(random, objects);
            if (at.Count == 0) continue;
            string name = Adversary.Of(random, [.. at.Select(p => p.Key)]);
            if (Adversary.Chance(random, 0.05)) at.Remove(name);
            else if (at[name] is JsonArray { Count: > 0 } list && Adversary.Chance(random, 0.7))
                list[random.Next(list.Count)] = Adversary.Json(random, list[0]?.DeepClone());
            else at[name] = Adversary.Json(random, at[name]?.DeepClone());
        }

        return json.ToJsonString();
    }

    // Numbers that are all in their ranges, and too much together.
    private static void MakeExtreme(Random random, JsonObject at)
    {
        foreach (string name in at.Where(p => p.Value is JsonValue value && value.TryGetValue(out int _)).Select(p => p.Key).ToArray())
            if (Adversary.Chance(random, 0.6)) at[name] = Adversary.Of(random, 1, 1, 2, 64, 256, 1024, 4096, 1 << 16, 1 << 20);
    }

    private static IEnumerable<JsonObject> Objects(JsonObject json)
        => json.Select(p => p.Value).OfType<JsonObject>().SelectMany(Objects).Prepend(json);

    private static bool IsSmall(PerceiverConfig config)
        => config.Inputs.Values.Sum(i => (long)SoundInputs.Tokens(i) * (i.ContentChannels + config.InputChannels)) < MostNumbers
            && config.Outputs.Values.Sum(o => (long)(o.TrainedQueries ?? 1) * o.HeadChannels) < MostNumbers
            && ModelCost.CountParts(config, config.Outputs.Where(o => o.Value is DenseOutput).ToDictionary(o => o.Key, _ => 2))
                .Where(p => !p.Part.Contains("inputs", StringComparison.Ordinal)).Sum(p => p.Flops) is >= 0 and < 50 * MostFlops;
}

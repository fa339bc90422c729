using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Flow;
using StreamPerceiver.Model;
using StreamPerceiver.Recordings;
using StreamPerceiver.Topology;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Worker.Training;

/// <summary><c>train</c>: a model from recordings and labels.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var pipeline = new Option<string>("--pipeline") { Required = true };
        var data = new Option<string[]>("--data") { Required = true, AllowMultipleArgumentsPerToken = true };
        var validation = new Option<string[]>("--validation") { Required = true, AllowMultipleArgumentsPerToken = true };
        var labels = new Option<string[]>("--labels") { Required = true, AllowMultipleArgumentsPerToken = true };
        var folder = new Option<string>("--out") { Required = true };
        var steps = new Option<int>("--steps") { DefaultValueFactory = _ => 1000 };
        var rate = new Option<double>("--rate") { DefaultValueFactory = _ => 1e-3 };
        var batch = new Option<int>("--batch") { DefaultValueFactory = _ => 16 };
        var command = new Command("train", "Trains the model of a pipeline.") { pipeline, data, validation, labels, folder, steps, rate, batch };
        command.SetAction((parsed, _) => Failures.ReportAsync(async () =>
        {
            PipelineDefinition definition = PipelineReader.Read(parsed.GetRequiredValue(pipeline));
            PerceiverConfig config = ConfigFile.Read(definition.ModelDirectory);
            TorchRuntime.Start(0, new PlanChoice(), NullLogger.Instance);
            LabelInterval[] intervals = [.. parsed.GetValue(labels)!.SelectMany(LabelFile.Read)];
            using var store = new WindowStore(Path.GetTempPath(), [.. definition.Inputs.Select(i =>
            {
                (int tokens, int channels) = i.TokenShape(definition.Align.Plan.SizeNs);
                return (i.Name, tokens, channels);
            })]);
            var clock = System.Diagnostics.Stopwatch.StartNew();
            await Fill(parsed.GetValue(data)!);
            int training = store.Windows.Count;
            await Fill(parsed.GetValue(validation)!);
            Console.WriteLine($"{training} + {store.Windows.Count - training} windows, {store.Bytes / 1_000_000} MB, {clock.Elapsed.TotalSeconds:F1} s");
            string output = config.Outputs.Keys.Single();
            var labeller = new Labeller(output, config.Outputs[output], intervals);
            Example[] all =
            [
                .. store.Windows.Index().Select(w => (w.Index, Target: labeller.Find(w.Item))).Where(w => w.Target is not null)
                    .Select(w => new Example(w.Index, new Dictionary<string, float[]> { [output] = w.Target! })),
            ];
            Console.WriteLine($"{labeller.Labelled} labelled, {labeller.Straddling} straddling, {labeller.Unlabelled} unlabelled, {labeller.UnusedLabels} unused");
            Example[] train = [.. all.Where(e => e.Row < training)], test = [.. all.Where(e => e.Row >= training)];
            PerceiverConfig scaled = SeriesScales.Learn(config, store, [.. train.Select(e => e.Row)]);
            var options = new TrainingOptions
            {
                Steps = parsed.GetValue(steps),
                Batch = parsed.GetValue(batch),
                PeakRate = parsed.GetValue(rate),
                Losses = new Dictionary<string, LossOptions> { [output] = new(LossKind.CrossEntropy) { LabelSmoothing = 0.02 } },
                Augmentation = new AugmentationOptions { ModalityDropout = 0.1, GainDb = 3, Brightness = 0.1, Contrast = 0.2 },
                Average = 0.99,
                EvaluateEvery = 100,
            };
            clock.Restart();
            double sum = 0;
            var reader = new BatchReader(store, scaled, scales: true);
            var trainer = new Trainer(parsed.GetRequiredValue(folder), reader, options)
            {
                Stepped = (step, result) => sum += result.Loss,
                Evaluated = (step, found) =>
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step}: loss {sum / options.EvaluateEvery:F3}, validation {found.Loss:F3}, accuracy {found.Accuracies[output]:P1}, {step * options.Batch / clock.Elapsed.TotalSeconds:F1} windows/s"));
                    sum = 0;
                },
            };
            trainer.Run(scaled, WeightRecipe.Make(scaled), train, test, resume: false, CancellationToken.None);
            using PerceiverModel best = Checkpoint.Load(parsed.GetRequiredValue(folder));
            string[][] sets = [[], .. config.Inputs.Keys.Select(k => new[] { k }), .. config.Inputs.Keys.Select(k => config.Inputs.Keys.Where(o => o != k).ToArray())];
            foreach (string[] without in sets)
            {
                IReadOnlyList<float[]> answers = Answers.Of(best, reader, [.. test.Select(e => e.Row)], output, without);
                var score = new ClassificationScore(answers, [.. test.Select(e => Array.IndexOf(e.Targets[output], 1f))], 5);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"without [{string.Join(", ", without)}]: {score.Accuracy:P1}, ECE {score.CalibrationError:P1}"));
                if (without.Length == 0)
                    for (int t = 0; t < 5; t++) Console.WriteLine(string.Join(' ', Enumerable.Range(0, 5).Select(a => $"{score.Confusion[t, a],4}")));
            }

            return 0;

            async Task Fill(string[] places)
            {
                HashSet<string> topics = definition.Inputs.Select(i => i.Topic).ToHashSet(StringComparer.Ordinal);
                foreach (string place in places)
                {
                    IReadOnlyList<string> files = RecordingReader.FilesOf([place]);
                    await WindowFiller.AddAsync(
                        definition, ModelPreparations.Read(definition.ModelDirectory, config), RecordingReader.Read(files, topics: topics).Select(r => r.Record),
                        store, new MemoryBudget(1L << 30));
                }
            }
        }));
        return command;
    }
}

using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>What an evaluation in a training has found.</summary>
/// <param name="Loss">The loss over the validation's windows, as the training weights outputs.</param>
/// <param name="Accuracies">By output of one right label, the share of windows whose likeliest label is right.</param>
public sealed record Validation(double Loss, IReadOnlyDictionary<string, double> Accuracies);

/// <summary>
/// Trains a model on windows. Two trainings of one seed, data and number of threads have the same weights, to the bit. So has one that was killed and resumed.
/// </summary>
/// <param name="folder">Where the model and the state are kept.</param>
/// <param name="reader">Reads the windows of both sets.</param>
/// <param name="options">How it is trained.</param>
public sealed class Trainer(string folder, BatchReader reader, TrainingOptions options)
{
    private readonly TrainingFolder _folder = new(folder);
    private readonly BatchReader _reader = reader.Without(options.Without);

    /// <summary>Called after each step.</summary>
    public Action<StepResult>? Stepped { get; init; }

    /// <summary>Called after each evaluation, with the steps so far.</summary>
    public Action<long, Validation>? Evaluated { get; init; }

    /// <summary>Called after the folder has a better model, with the steps so far.</summary>
    public Action<long, Validation>? Improved { get; init; }

    /// <summary>Trains from tensors, or goes on from the last step that the folder has.</summary>
    /// <param name="config">The model's sizes.</param>
    /// <param name="tensors">The weights to begin with.</param>
    /// <param name="training">The examples to learn from.</param>
    /// <param name="validation">The examples that choose the best model.</param>
    /// <param name="resume">Whether to go on from the folder's last step.</param>
    /// <param name="stop">Ends the training after a step, with a checkpoint.</param>
    /// <exception cref="TrainingException">
    /// The disk is full, or the folder has no training to resume, or one that is not resumed, or was another one than this.
    /// </exception>
    /// <exception cref="NonFiniteException">A loss or a gradient is not finite.</exception>
    public TrainingProgress Run(
        PerceiverConfig config, IReadOnlyList<SafeTensor> tensors, IReadOnlyList<Example> training, IReadOnlyList<Example> validation, bool resume,
        CancellationToken stop)
    {
        long? last = _folder.Last();
        if (resume && last is null) throw new TrainingException($"{folder}: has no step to resume from");
        if (!resume && last is not null) throw new TrainingException($"{folder}: has step {last} of a training, expected another folder, or to resume it");
        IReadOnlyDictionary<string, string> identity = TrainingIdentity.Describe(options, config, tensors, reader.Store, training, validation);
        if (last is { } resumed) TrainingIdentity.RequireSame(folder, _folder.ReadIdentity(resumed), identity);
        _folder.RemoveUnfinished();
        using var model = new TrainableModel(config, last is { } step ? _folder.ReadWeights(step) : tensors, precision: options.Precision);
        var trained = model.Parameters.Where(p => !options.FreezesEncoder || !WeightKeys.IsOfEncoder(p.Key)).ToDictionary(StringComparer.Ordinal);
        foreach ((string name, TorchSharp.torch.Tensor weight) in model.Parameters)
            if (!trained.ContainsKey(name))
                weight.requires_grad = false;
        using var averages = new AveragedWeights(model, options.Average);
        using var optimizer = new Optimizer(trained, options.Optimizer);
        TrainingProgress progress = last is { } from ? _folder.Restore(from, averages, optimizer) : new TrainingProgress(0, double.PositiveInfinity, 0);
        var history = new HistoryFile(folder, progress.Step);
        var steps = new TrainingStep(model, optimizer, _reader, training, options);
        while (optimizer.Steps < options.Steps && !stop.IsCancellationRequested && !HasConverged(progress))
        {
            StepResult result = steps.Run();
            averages.Add();
            history.Add(result);
            Stepped?.Invoke(result);
            progress = progress with { Step = result.Step };
            bool isLast = result.Step == options.Steps, isEvaluated = isLast || result.Step % options.EvaluateEvery == 0;
            if (isEvaluated) progress = Evaluate(config, averages.ToTensors(), validation, progress, history);
            if (isEvaluated || result.Step % options.CheckpointEvery == 0) Save();
        }

        if (_folder.Last() != progress.Step) Save();
        return progress;

        void Save()
        {
            history.Write();
            _folder.Save(model, averages, optimizer, progress, identity);
        }
    }

    private bool HasConverged(TrainingProgress progress)
        => options.Patience > 0 && progress.Step - progress.BestStep >= (long)options.Patience * options.EvaluateEvery;

    private TrainingProgress Evaluate(
        PerceiverConfig config, IReadOnlyList<SafeTensor> tensors, IReadOnlyList<Example> validation, TrainingProgress progress, HistoryFile history)
    {
        using var model = new PerceiverModel(config, tensors);
        Validation found = Evaluation.Of(model, _reader, validation, options);
        history.Add(new HistoryEvaluation(progress.Step, found));
        Evaluated?.Invoke(progress.Step, found);
        if (found.Loss >= progress.BestLoss) return progress;
        _folder.SaveBest(config, tensors);
        Improved?.Invoke(progress.Step, found);
        return progress with { BestLoss = found.Loss, BestStep = progress.Step };
    }
}

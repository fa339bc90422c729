using StreamPerceiver.Topology;
using StreamPerceiver.Training;

namespace StreamPerceiver.Worker.Training;

/// <summary>What <c>train</c> is asked for.</summary>
internal sealed record TrainingRequest
{
    /// <summary>The pipeline (required).</summary>
    public required PipelineDefinition Pipeline { get; init; }

    /// <summary>Recordings to learn from (required).</summary>
    public required string[] Data { get; init; }

    /// <summary>Recordings of other entities, which choose the best model (required).</summary>
    public required string[] Validation { get; init; }

    /// <summary>Files of labels (required).</summary>
    public required string[] Labels { get; init; }

    /// <summary>The least share of a window that a label must cover (default: 1).</summary>
    public double LabelShare { get; init; } = 1;

    /// <summary>The folder of the training, and of the model (required).</summary>
    public required string Folder { get; init; }

    /// <summary>A model directory to begin with (default: null, untrained weights).</summary>
    public string? From { get; init; }

    /// <summary>Whether the folder's training goes on (default: no).</summary>
    public bool Resume { get; init; }

    /// <summary>The options of the training (default: those of every key).</summary>
    public TrainingRecipe Recipe { get; init; } = new();
}

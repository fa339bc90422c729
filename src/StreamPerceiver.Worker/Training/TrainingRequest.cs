using StreamPerceiver.Topology;
using StreamPerceiver.Training;

namespace StreamPerceiver.Worker.Training;

/// <summary>What <c>train</c> is asked for.</summary>
internal sealed record TrainingRequest
{
    /// <summary>The pipeline (required).</summary>
    public required PipelineDefinition Pipeline { get; init; }

    /// <summary>Recordings to learn from, and whatever converts to one (required).</summary>
    public required string[] Data { get; init; }

    /// <summary>Recordings of other entities, which choose the best model (default: none, a fifth of the entities is taken out of the data).</summary>
    public string[] Validation { get; init; } = [];

    /// <summary>Files of labels, and topics of them (default: none, the recipe has targets).</summary>
    public string[] Labels { get; init; } = [];

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

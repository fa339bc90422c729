namespace StreamPerceiver.Worker.Pipelines;

/// <summary>How a pipeline has ended.</summary>
internal enum PipelineEnd
{
    /// <summary>It was told to stop, and all that it had read is published or in the dead letters.</summary>
    Drained,

    /// <summary>A fault has ended it, or its drain was interrupted.</summary>
    Failed,

    /// <summary>Something has refused it before it ran: the brokers, or a library that is missing.</summary>
    Refused,
}

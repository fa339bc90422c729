namespace StreamPerceiver.Worker.Pipelines;

/// <summary>How a pipeline has ended.</summary>
internal enum PipelineEnd
{
    /// <summary>It was stopped, and everything that it had read is published or in the dead letters.</summary>
    Drained,

    /// <summary>A fault has ended it, or its drain was interrupted.</summary>
    Failed,

    /// <summary>It could not start: the brokers refused it, or a library is missing. Or its topics are not such that it can run.</summary>
    Refused,
}

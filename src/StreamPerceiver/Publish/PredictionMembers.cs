using StreamPerceiver.Flow;
using StreamPerceiver.Outputs;
using StreamPerceiver.Schemas.Members;

namespace StreamPerceiver.Publish;

/// <summary>
/// Describes the predictions of one pipeline, as <see cref="PredictionRecord"/> and <see cref="WindowJson"/> write them.
/// <c>pipelines/prediction.schema.json</c> describes those of all pipelines, with the same descriptions.
/// </summary>
internal static class PredictionMembers
{
    /// <summary>The entity of a window.</summary>
    public static readonly Member Entity = new(
        2, "entity", new TextType(), "Key of the records that the window is made of; an integer or UUID in its text.");

    /// <summary>The times of a window.</summary>
    public static readonly Member Window = new(3, "window", new ObjectType(
    [
        new(1, "start", new TextType(), "First instant inside, RFC 3339."),
        new(2, "end", new TextType(), "First instant past the end, RFC 3339."),
        new(3, "closedBy", new TextType { OneOf = ["watermark", "idle", "flush"] },
            "watermark: every input has passed the end. idle: a silent input was not waited for. "
            + "flush: the entity had no record for flushAfterMs on the clock."),
    ]), "The window.");

    private static readonly ObjectType Input = new(
    [
        new(1, "present", new FlagType(), "False: the input was fully masked."),
        new(2, "coverage", new NumberType(IsSingle: false) { Least = 0, Most = 1 }, "Share of the input's slots, samples or steps that had data."),
        new(3, "stalenessMs", new NumberType(IsSingle: false) { Least = 0 }, "From the last data to the window's end, in milliseconds.") { IsOptional = true },
    ]);

    /// <summary>Describes the data of a prediction.</summary>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="inputs">The names of the inputs, in their order.</param>
    /// <param name="outputs">The outputs with what is decoded of each, in their order.</param>
    public static ObjectType Of(string pipeline, string model, IEnumerable<string> inputs, IEnumerable<(OutputSpec Spec, OutputQuestion Asked)> outputs) => new(
    [
        Pipeline(pipeline),
        Entity,
        Window,
        new(4, "model", new ObjectType(
        [
            new(1, "name", TextType.Only(model), "Name of the model's directory."),
            new(2, "version", new TextType { Pattern = "^[0-9a-f]{12}$" }, "First 12 hexadecimal digits of the SHA-256 of its weights."),
        ]), "The model."),
        Inputs(inputs),
        new(6, "outputs", new ObjectType([.. outputs.Select(o =>
            ObjectType.OfPipeline(o.Spec.Name, o.Spec.Describe(o.Asked.Answer), $"The output {o.Spec.Name}, of the type {o.Spec.Kind.Name}."))]),
            "What the model computes."),
    ]);

    /// <summary>Describes the pipeline of a window.</summary>
    /// <param name="name">The pipeline's name.</param>
    public static Member Pipeline(string name) => new(1, "pipeline", TextType.Only(name), "Name of the pipeline.");

    /// <summary>Describes the inputs of a window.</summary>
    /// <param name="names">Their names, in their order.</param>
    public static Member Inputs(IEnumerable<string> names) => new(
        5, "inputs", new ObjectType([.. names.Select(name => ObjectType.OfPipeline(name, Input, "How much data the window has of this input."))]),
        "The inputs of the window.");

    /// <summary>Describes a prediction that is a CloudEvent in structured mode.</summary>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="data">The data of the prediction.</param>
    public static ObjectType EventOf(string pipeline, ObjectType data) => new(
    [
        new(1, "specversion", TextType.Only("1.0"), "Version of CloudEvents."),
        new(2, "type", TextType.Only(PredictionRecord.EventType), "Type of the event."),
        new(3, "source", TextType.Only(EventHeaders.SourceOf(pipeline)), "Source of the event."),
        new(4, "id", new TextType(), "Pipeline, entity, and window end in nanoseconds since 1970. It is the same in every run."),
        new(5, "time", new TextType(), "The window's end, RFC 3339."),
        new(6, "datacontenttype", TextType.Only("application/json"), "Content type of the data."),
        new(7, TraceContext.ParentHeader, new TextType(), "The trace of the window's newest record that has one.") { IsOptional = true },
        new(8, TraceContext.StateHeader, new TextType { MayBeEmpty = true }, "The state of that trace.") { IsOptional = true },
        new(9, "data", data, "The prediction."),
    ]);
}
